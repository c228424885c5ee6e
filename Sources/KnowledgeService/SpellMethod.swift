import KnowledgeStore
import Platform
import RPC
import Spelling

/// Spell: a text with its spelling corrected, by a language's words and the business's own.
extension KnowledgeCore {
  /// Corrections that a business has rejected, as far as they are looked at.
  private static let rejectionLimit = 10_000

  /// Whether the answer is to read first what the business has rejected, which may wait for the
  /// database.
  func rejectionTurn(for principal: Principal) -> RejectedCorrections.Turn? {
    guard let business = principal.business, freshness.moment.trouble?.cause != .database else {
      return nil
    }
    return words.vocabulary(of: business).rejected.turn(now: Clock.monotonicNanoseconds)
  }

  private func rejections(
    of business: UUID, _ turn: RejectedCorrections.Turn?
  ) -> Rejections {
    let rejected = words.vocabulary(of: business).rejected
    if let turn,
      let pairs = try? entries.rejections(business: business, limit: Self.rejectionLimit)
    {
      var rejections = Rejections()
      for pair in pairs {
        rejections.note(pair.original, pair.replacement, isRejected: true)
      }
      rejected.put(rejections, turn)
    }
    return rejected.current
  }

  /// Answers from the words in memory, which are made of the files and kept as new as they are.
  ///
  /// - Parameter rejectionTurn: Of ``rejectionTurn(for:)``.
  func spell(
    _ request: SpellRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn(),
    rejectionTurn: RejectedCorrections.Turn? = nil
  ) throws(RPCRefusal) -> SpellReply {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    let business = try business(of: principal)
    guard request.text.utf8.count <= SpellingLimits.textByteCount else {
      throw .outOfRange(
        "text", actual: request.text.utf8.count, limit: SpellingLimits.textByteCount,
        unit: "bytes")
    }
    let isTag = request.language.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D
        || byte == 0x5F
    }
    guard isTag, request.language.utf8.count <= 35 else {
      throw .invalid(
        "language", "is no language tag", remediation: "send one such as en or pt-BR, or none")
    }
    let state: VocabularyIndex.State
    do throws(StoreError) {
      var collections: [Collection] = []
      for key in store.keys(of: business)
      where models.servingKey(key.name, of: business, in: store) == key {
        // One whose files refuse must not keep all others' words back.
        if let collection = try? models.serving(key.name, of: business, in: store) {
          collections.append(collection)
        }
      }
      state = try words.vocabulary(of: business)
        .current(collections, isDemanded: !turn.demand.isNone)
    } catch { throw RPCRefusal(error) }
    words.trim()
    if turn.isStopped() { throw .stopped }
    let language = request.language.isEmpty ? state.language : request.language
    let speller = Speller(
      language: language, vocabulary: state.vocabulary,
      rejections: rejections(of: business, rejectionTurn))
    let corrected: CorrectedText
    do throws(SpellingError) {
      corrected = try speller.correct(
        request.text, threshold: request.threshold ?? SpellingLimits.threshold,
        alternatives: request.alternatives.map { Int($0) } ?? 5)
    } catch {
      let field =
        switch error {
        case .thresholdOutOfRange: "threshold"
        case .alternativesOutOfRange: "alternatives"
        default: "text"
        }
      throw .invalid(field, error.description)
    }
    var reply = SpellReply()
    reply.text = corrected.text
    reply.changes = corrected.changes.map(SpellingCorrection.init)
    reply.questions = corrected.questions.map(SpellingCorrection.init)
    reply.language = language
    reply.hasWordList = speller.words != nil
    reply.words = UInt32(clamping: corrected.wordCount)
    reply.vocabulary = UInt64(state.vocabulary.count)
    let now = Clock.monotonicNanoseconds
    reply.position = moment.message
    reply.staleMilliseconds = moment.staleMilliseconds(now: now)
    reply.isStale = turn.isStale
    reply.tookMicroseconds = (now - began) / 1000
    return reply
  }
}

extension SpellingCorrection {
  fileprivate init(_ correction: WordCorrection) {
    self.init()
    kind =
      switch correction.kind {
      case .respelled: .respelled
      case .split: .split
      case .joined: .joined
      }
    start = UInt32(correction.range.lowerBound)
    end = UInt32(correction.range.upperBound)
    original = correction.original
    replacement = correction.replacement
    confidence = correction.confidence
    alternatives = correction.alternatives.map {
      SpellingSuggestion(text: $0.text, share: $0.share)
    }
  }
}
