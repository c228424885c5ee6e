import CommandInterface
import ModelFetch
import Platform

/// What models are, for machines and for people.
enum ModelOutput {
  static func isDamaged(_ model: ModelStore.Model) -> Bool {
    if case .failure = model.description { true } else { false }
  }

  /// One model as an object.
  ///
  /// - Parameter fetched: After a fetch, whether anything was fetched.
  static func json(
    _ model: ModelStore.Model, fetched: Bool? = nil, into writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.key("name")
    writer.string(model.name)
    writer.key("path")
    writer.string(model.path)
    writer.key("current")
    writer.bool(model.isCurrent)
    if let fetched {
      writer.key("fetched")
      writer.bool(fetched)
    }
    switch model.description {
    case .success(let description):
      writer.key("architecture")
      writer.string(description.architecture)
      for (key, value) in [
        ("layers", description.layerCount), ("dimension", description.dimension),
        ("heads", description.headCount), ("vocabulary", description.vocabularyCount),
        ("tokens", description.tokenLimit), ("parameters", description.parameterCount),
        ("bytes", description.byteCount),
      ] {
        writer.key(key)
        writer.integer(value)
      }
      writer.key("precision")
      writer.string(description.precision)
    case .failure(let error):
      writer.key("error")
      writer.string(error.description)
    }
    writer.key("source")
    if let source = model.origin?.source { writer.string(source) } else { writer.null() }
    if let revision = model.origin?.revision {
      writer.key("revision")
      writer.string(revision)
    }
    if let date = model.origin?.fetchedAt {
      writer.key("fetched_at")
      writer.string(date)
    }
    writer.endObject()
  }

  /// A model's shape and size in a line.
  static func summary(_ model: ModelStore.Model) -> String {
    switch model.description {
    case .success(let description):
      "\(DisplayText.cleaned(description.architecture)), \(description.layerCount) layers, "
        + "\(description.dimension) floats, \(description.tokenLimit) tokens, "
        + "\(Quantity.count(description.parameterCount)) parameters in "
        + "\(DisplayText.cleaned(description.precision)), \(Quantity.bytes(description.byteCount))"
    case .failure(let error): DisplayText.cleaned(error.description)
    }
  }

  static func table(
    _ models: [ModelStore.Model], columns: Int, style: Style
  ) -> [String] {
    var table = TextTable([
      .init("name"), .init("layers", isRight: true),
      .init("floats", isRight: true), .init("tokens", isRight: true), .init("size", isRight: true),
      .init("source", canShrink: true),
    ])
    for model in models {
      let name = model.isCurrent ? model.name + " (in use)" : model.name
      switch model.description {
      case .success(let description):
        table.append([
          name, "\(description.layerCount)", "\(description.dimension)",
          "\(description.tokenLimit)", Quantity.bytes(description.byteCount),
          model.origin?.source ?? "",
        ])
      case .failure(let error): table.append([name, "", "", "", "damaged", error.message])
      }
    }
    return table.lines(columns: columns, style: style)
  }

  /// A model in a few lines.
  static func card(_ model: ModelStore.Model, style: Style) -> [String] {
    var lines = [style.bold(DisplayText.cleaned(model.name)), "  " + summary(model)]
    lines.append("  directory  " + DisplayText.cleaned(model.path))
    if let origin = model.origin {
      lines.append("  source     " + DisplayText.cleaned(origin.source))
      if let revision = origin.revision {
        lines.append("  revision   " + DisplayText.cleaned(revision))
      }
      lines.append("  fetched    " + DisplayText.cleaned(origin.fetchedAt))
    }
    return lines
  }
}
