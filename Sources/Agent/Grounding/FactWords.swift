import TextAnalysis

/// What a number is counted in.
enum FactUnit: UInt8, CaseIterable {
  case none, percent
  case euro, dollar, pound, franc, krone, zloty, yen, rupee, real, lira
  case minute, hour, day, week, month, year
  case gram, kilogram, millimetre, centimetre, kilometre, litre, millilitre, degree

  /// A bit of a set of units.
  var bit: UInt32 { 1 << UInt32(rawValue) }
  /// Whether it is money.
  var isCurrency: Bool { FactUnit.euro.rawValue...FactUnit.lira.rawValue ~= rawValue }
}

/// What words mean beside numbers.
enum FactWord: Equatable {
  case month(Int)
  case unit(FactUnit)
  case number(Int)
  /// `am` is false, `pm` true.
  case afternoon(Bool)
  /// `Uhr`, `uur`, `o'clock`.
  case oClock
  /// `st`, `nd`, `th`.
  case ordinal
  /// `of`, `de`: may stand between a day and its month.
  case between

  /// Words, folded, of English, German, French, Spanish, Italian, Dutch and Portuguese.
  static let table: [String: FactWord] = {
    var table: [String: FactWord] = [:]
    func add(_ words: String, _ meaning: FactWord) {
      for word in words.split(separator: " ") {
        table[TextFolding.fold(String(word))] = meaning
      }
    }
    let months = [
      "january januar janvier enero gennaio januari janeiro jan",
      "february februar février febrero febbraio februari fevereiro feb",
      "march märz mars marzo maart março mar mär mrt",
      "april avril abril aprile apr", "may mai mayo maggio mei maio",
      "june juni juin junio giugno junho jun", "july juli juillet julio luglio julho jul",
      "august août agosto augustus aug",
      "september septembre septiembre settembre setembro sep sept",
      "october oktober octobre octubre ottobre outubro oct okt",
      "november novembre noviembre novembro nov",
      "december dezember décembre diciembre dicembre dezembro dec dez",
    ]
    for (place, names) in months.enumerated() { add(names, .month(place + 1)) }
    let units: [(String, FactUnit)] = [
      ("percent prozent percento procent pct", .percent),
      ("eur euro euros", .euro), ("usd dollar dollars dólares dollari", .dollar),
      ("gbp pound pounds pfund livres libras sterling", .pound), ("chf franken", .franc),
      ("sek nok dkk kronen kroner kronor", .krone), ("pln złoty zł", .zloty), ("jpy yen", .yen),
      ("inr rupees", .rupee), ("brl reais", .real), ("try lira", .lira),
      ("min mins minute minutes minuten minuto minutos minuti minuut", .minute),
      ("h hr hrs hour hours stunde stunden heure heures hora horas ora ore uren", .hour),
      ("day days tag tage tagen jour jours día días giorno giorni dag dagen dia dias", .day),
      (
        "week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
        .week
      ),
      (
        "month months monat monate monaten mois mes meses mese mesi maand maanden mês", .month
      ),
      ("year years jahr jahre jahren ans année años anno anni jaar jaren ano anos", .year),
      ("g gram grams gramm gramme grammes gramos grammi", .gram),
      ("kg kilo kilos kilogram kilograms", .kilogram), ("mm millimetres millimeter", .millimetre),
      ("cm centimetres centimeter", .centimetre), ("km kilometres kilometer", .kilometre),
      ("l litre litres liter liters litros litri", .litre), ("ml", .millilitre),
      ("degrees grad degrés grados gradi graden", .degree),
    ]
    for (names, unit) in units { add(names, .unit(unit)) }
    let numbers = [
      "one", "two zwei deux dos twee dois duas", "three drei trois tres tre drie três",
      "four vier quatre cuatro quattro quatro", "five fünf cinq cinco cinque vijf",
      "six sechs seis zes", "seven sieben sept siete sette zeven sete",
      "eight acht huit ocho otto oito", "nine neun neuf nueve nove negen",
      "ten zehn dix diez dieci tien dez", "eleven elf onze undici",
      "twelve zwölf douze doce dodici twaalf doze",
    ]
    for (place, names) in numbers.enumerated() {
      for name in names.split(separator: " ") {
        let folded = TextFolding.fold(String(name))
        // `sept` and `dez` are months with a day beside them: see ``FactReader``.
        if table[folded] == nil { table[folded] = .number(place + 1) }
      }
    }
    for (name, value) in [
      ("fourteen", 14), ("fifteen", 15), ("twenty", 20), ("thirty", 30), ("vierzehn", 14),
      ("dreißig", 30), ("quinze", 15), ("quince", 15),
    ] { add(name, .number(value)) }
    add("am", .afternoon(false))
    add("pm", .afternoon(true))
    add("uhr uur oclock", .oClock)
    add("st nd rd th er ème eme", .ordinal)
    add("of de del di", .between)
    return table
  }()

  /// The same by the bytes of words of ASCII: see ``key(_:)``.
  static let keyed: [UInt128: FactWord] = {
    var keyed: [UInt128: FactWord] = [:]
    for (word, meaning) in table {
      if word.utf8.count <= keyByteLimit, word.utf8.allSatisfy({ $0 < 0x80 }) {
        keyed[key(word)] = meaning
      }
    }
    return keyed
  }()

  /// Bytes of a word that has a key.
  static let keyByteLimit = 15

  /// A folded word as a number, its first letter the highest byte that is not 0.
  static func key(_ word: String) -> UInt128 {
    word.utf8.reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// Currencies and other units that are signs.
  static let signs: [UInt32: FactUnit] = [
    0x20AC: .euro, 0x24: .dollar, 0xA3: .pound, 0xA5: .yen, 0x20B9: .rupee, 0x20BA: .lira,
    0x25: .percent, 0xB0: .degree,
  ]
}
