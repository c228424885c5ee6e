import AgentService
import CommandInterface
import ModelHTTP
import Platform

/// Providers and their models.
enum ModelOutput {
  static func show(
    _ providers: [(provider: ModelProvider, isDescribed: Bool)], asJSON: Bool, _ console: Console
  ) {
    if asJSON {
      return console.print(
        json: JSONLine.of(
          .object([
            (
              "providers",
              .array(
                providers.map { provider, isDescribed in
                  .object([
                    ("name", .string(provider.name)), ("summary", .string(provider.summary)),
                    ("configured", .bool(isDescribed)),
                    (
                      "key_variable",
                      .string(provider.keyVariable)
                    ), ("base_url_variable", .string(provider.baseURLVariable)),
                  ])
                })
            )
          ])))
    }
    var table = TextTable([
      .init("provider"), .init("ready"), .init("what it is", canShrink: true), .init("needs"),
    ])
    table.append([
      "extractive", "yes", "quotes the business's own texts; no model is asked", "nothing",
    ])
    for (provider, isDescribed) in providers {
      let needs =
        provider.defaultBaseURL == nil
        ? "\(provider.baseURLVariable) and its key"
        : provider.needsKey ? provider.keyVariable : "to run"
      table.append([
        provider.name, isDescribed ? provider.needsKey ? "yes" : "local" : "no",
        provider.summary, needs,
      ])
    }
    console.print(lines: table.lines(columns: console.columns, style: console.style))
  }

  static func show(
    _ models: [(model: ModelDescription, price: TokenPrices.Entry?)], of provider: ModelProvider,
    asJSON: Bool, _ console: Console
  ) {
    if asJSON {
      return console.print(
        json: JSONLine.of(
          .object([
            ("provider", .string(provider.name)),
            (
              "models",
              .array(
                models.map { model, price in
                  .object([
                    ("name", .string("\(provider.name)/\(model.name)")),
                    ("context_tokens", model.contextTokens.map { .integer($0) } ?? .null),
                    ("input_picodollars", price?.input.map { .integer($0) } ?? .null),
                    ("output_picodollars", price?.output.map { .integer($0) } ?? .null),
                  ])
                })
            ),
          ])))
    }
    guard !models.isEmpty else { return console.remark("\(provider.name) offers no models") }
    var table = TextTable([
      .init("model", canShrink: true, staysDistinct: true), .init("context", isRight: true),
      .init("$ in", isRight: true), .init("$ out", isRight: true),
    ])
    for (model, price) in models {
      table.append([
        "\(provider.name)/\(model.name)", model.contextTokens.map { Quantity.count($0) } ?? "",
        price?.input.map(Money.perMillion) ?? "", price?.output.map(Money.perMillion) ?? "",
      ])
    }
    console.print(lines: table.lines(columns: console.columns, style: console.style))
  }
}

/// US dollars as people read them.
enum Money {
  /// `$0.0123`, as few digits as say it; at most six.
  static func dollars(_ picodollars: UInt64) -> String {
    let value = Double(picodollars) / 1e12
    var text = Quantity.fixed(value, value < 0.1 ? 6 : 2)
    if value < 0.1 { while text.hasSuffix("0"), !text.hasSuffix(".00") { text.removeLast() } }
    return "$" + text
  }

  /// The price of a million of what one costs so much.
  static func perMillion(_ picodollars: UInt64) -> String {
    Quantity.fixed(Double(picodollars) / 1e6, 2)
  }
}

/// One JSON value for the console.
enum JSONLine {
  static func of(_ json: JSON) -> JSONWriter {
    var writer = JSONWriter()
    writer.json(json)
    return writer
  }
}
