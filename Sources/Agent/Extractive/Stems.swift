import TextAnalysis

/// The stems of a text's words, without those that say nothing by themselves.
struct Stems: ~Copyable {
  private let stemmer: Stemmer
  private var words = WordTokens()

  /// - Parameter language: BCP 47; English where there is no stemmer for it.
  init(language: String) { stemmer = Stemmer(StemmingLanguage(language) ?? .english) }
}

/// Function words of a question. Whatever the language: few of them are another's content words.
enum CommonWords {
  static let all: Set<String> = Set(
    """
    a an and any are as at be been but by can could did do does for from had has have how i if in \
    is it its me my no not of on or our please should so some tell that the their them then there \
    these they this to up us was we what when where which who why will with would you your \
    aber als am an auch auf aus bei bin bis bitte das dass dem den der des die du ein eine einen \
    einer er es für hat habe haben ich ihr im in ist kann kein können man mein meine mit nach \
    nicht noch nur oder sie sind und uns von vor wann war was wenn wer wie wir wird wo zu zum zur \
    au aux avec ce ces dans de des du elle en est et il ils je la le les leur ma mes mon ne nous \
    ou où par pas pour que quel quelle qui sa se ses son sont sur un une vous \
    al como con cuál cuando de del el ella en es está esta este la las lo los me mi mis no o para \
    por puedo qué que se si sin su sus un una y yo \
    che chi ci come con cosa da dei del della di dove e ed gli ho il io la le lo mi mia mio nel \
    non o per più posso quando quanto si sono un una \
    aan al als bij dan dat de die dit een en er het hoe ik ik in is je kan kunnen maar met mijn \
    naar niet nog of om ook op te uit van voor waar wanneer wat welke wie zijn \
    ao com como da das de do dos e em eu foi há mais meu minha na não no nos o os para pode por \
    posso qual quando que se sem seu sua um uma você
    """.split(separator: " ").map { TextFolding.fold(String($0)) })
}

extension Stems {
  /// The stems, each once.
  ///
  /// - Complexity: O(bytes).
  mutating func of(_ text: String) -> Set<[UInt8]> {
    words.find(in: text)
    var found: Set<[UInt8]> = []
    var stem: [UInt8] = []
    for token in words.tokens {
      let folded = Array(words.folded[token.foldedRange])
      if CommonWords.all.contains(String(decoding: folded, as: UTF8.self)) { continue }
      stem.removeAll(keepingCapacity: true)
      let lowered =
        token.loweredRange.isEmpty ? folded : Array(words.lowered[token.loweredRange])
      stemmer.append(lowered.span, to: &stem)
      var whole: [UInt8] = []
      TextFolding.append(stem.span, to: &whole)
      found.insert(whole.isEmpty ? folded : whole)
    }
    return found
  }
}
