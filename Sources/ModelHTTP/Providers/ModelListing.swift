import Agent
import HTTP
import Platform

/// A model that a provider offers.
public struct ModelDescription: Sendable, Equatable {
  /// The name to ask for it by.
  public let name: String
  /// The tokens that it can read and write together; nil where the provider does not say.
  public let contextTokens: Int?
}

extension ModelServer {
  /// Models of a list and pages of it that are read; more are left out.
  private static let listLimit = 10_000
  private static let pageLimit = 20

  /// The models that the provider offers, in its order; for Azure its base models, since it does
  /// not tell its deployments.
  ///
  /// - Throws: ``ModelError``; nothing is tried twice.
  public func models(
    cancellation: ModelCancellation = ModelCancellation()
  ) throws(ModelError) -> [ModelDescription] {
    let http = HTTPCancellation()
    return try cancellation.during(onCancel: { http.cancel() }) { () throws(ModelError) in
      do throws(ModelFault) { return try list(http) } catch {
        throw error.error(model: name, attempts: [])
      }
    }
  }

  private func list(_ cancellation: HTTPCancellation) throws(ModelFault) -> [ModelDescription] {
    var models: [ModelDescription] = []
    var last: String?
    for _ in 0..<Self.pageLimit {
      var request = request(listURL(after: last))
      request.acceptsCompression = true
      request.timeouts = .init(totalMilliseconds: 30_000)
      let response: HTTPResponse
      do throws(HTTPError) {
        response = try client.send(request, cancellation: cancellation)
      } catch { throw ModelFault(error) }
      guard response.head.status == 200 else {
        throw ProviderRefusal(response.body).fault(
          answerStatus: response.head.status,
          retryAfterMilliseconds: response.head.retryAfterMilliseconds(clock: clock),
          key: settings.key)
      }
      let page = try Self.page(response.body, settings.limits)
      models += page.models
      guard page.hasMore, let next = page.models.last?.name, models.count < Self.listLimit else {
        break
      }
      last = next
    }
    return Array(models.prefix(Self.listLimit))
  }

  /// Reads a list: `data` of OpenAI and Anthropic, or the bare array of Together AI.
  static func page(
    _ body: [UInt8], _ limits: ModelLimits
  ) throws(ModelFault) -> (models: [ModelDescription], hasMore: Bool) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(
        body, limits: JSONLimits(depth: min(limits.jsonDepth, 512), byteCount: limits.answerBytes))
    } catch { throw ModelFault(.invalidResponse, "the list of models is no JSON: \(error)") }
    guard let elements = json["data"]?.array ?? json.array else {
      throw ModelFault(.invalidResponse, "the list of models has no array \"data\"")
    }
    let models = elements.compactMap { element -> ModelDescription? in
      guard let name = element["id"]?.string, (1...256).contains(name.utf8.count) else {
        return nil
      }
      let context =
        tokenCount(element["context_length"]) ?? tokenCount(element["max_model_len"])
        ?? tokenCount(element["meta"]?["n_ctx"]) ?? tokenCount(element["max_input_tokens"])
      return ModelDescription(name: name, contextTokens: context)
    }
    return (models, json["has_more"]?.bool ?? false)
  }
}
