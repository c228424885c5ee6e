import Platform
import Testing

@testable import Agent

/// Honest answers in other words, of the demo shop's entries: id, a bar, the answer.
@Suite struct GroundingParaphraseTests {
  private static let honest = """
    RET-001|You can return your boots for 60 days after delivery, or 30 days if they were on sale. [1]
    RET-001|Of course! The limit is 60 days; for sale items it is 30-day only [1].
    RET-001|Sie haben 60 Tage Zeit, bei Artikeln aus dem Sale 30 Tage. [1]
    RET-001|Vous avez 60 jours pour renvoyer l'article, 30 jours pour les soldes. [1]
    RET-001|Tiene 60 días desde la entrega; los artículos rebajados, 30 días. [1]
    RET-001|U heeft 60 dagen de tijd, of 30 dagen voor artikelen uit de uitverkoop. [1]
    RET-003|From France we deduct 4.90 EUR from your refund. [1]
    RET-003|Aus Deutschland ziehen wir 4,90 € ab. [1]
    RET-004|We check within 2 working days; a card takes at most 5 more days, PayPal 1 day. [1]
    RET-004|It can take five working days to reach your card. [1]
    RET-007|The test lasts thirty days and works once every 12 months. [1]
    RET-015|Please write to us within fourteen days. [1]
    RET-020|By law you have 14 days, and our own 60 days on top. [1]
    SHP-001|Within Ireland it is €4.95, free from 75 euros. To Germany it costs 7,95 Euro. [1]
    SHP-001|Express costs EUR 9.95. Standard is 4.95 EUR and free above €75.00. [1]
    SHP-002|Order before 2 pm and it leaves the same day; Belgium takes 2-3 days. [1]
    SHP-002|Bestellungen vor 14 Uhr gehen am selben Tag raus. [1]
    SHP-010|The parcel waits for 7 days; poles over 80cm do not fit. [1]
    SIZ-001|Add 10mm for walking boots and 6mm for running shoes, in 5 steps. [1]
    SIZ-003|Each letter is about 5 millimetres. [1]
    SIZ-005|EU 42 is UK 8, or US 9 for men. [1]
    SIZ-012|Add 15 centimetres to your height. Regular fits up to 1.85 m, sorry, 185 cm. [1]
    CAR-002|Wash it at 30° and tumble dry for 20 min. [1]
    CAR-004|We can do it for you for 35 €. Use a 30 degree cycle. [1]
    CAR-006|New insoles start at 14,- Euro. [1]
    PAY-002|You can pay in 3 parts from €40 up to €1000; the rest after 30 and 60 days. [1]
    PAY-002|Con Klarna puede pagar de 40 a 1.000 euros. [1]
    PAY-004|We keep your basket for two weeks, that is 14 days. [1]
    PAY-010|Type in all 16 digits. You can use 5 cards in one order. [1]
    PAY-012|It is valid for 5 years. [1]
    PAY-013|You can choose any amount between 10 and 500 euros. [1]
    WAR-002|We answer within 2 working days. Or write to help@larkfell.example. [1]
    WAR-006|The sealer costs 9 EUR. [1]
    REP-001|A resole is €75 per pair and takes 2 to 3 weeks. [1]
    REP-002|Die Sohle kostet 75 Euro, ein Reißverschluss 25 Euro. [1]
    REP-008|First Saturday of the month, from 11 am to 3 pm, in Dublin. [1]
    REP-008|Am ersten Samstag von 11 bis 15 Uhr. [1]
    STO-001|Our Dublin shop is at 118 Capel Street. [1]
    STO-002|We are open Monday to Saturday 9.30 am - 6 pm, Thursdays until 8 pm. [1]
    STO-002|Sonntags von 12 bis 17 Uhr. [1]
    STO-002|Le dimanche de 12h à 17h, le jeudi jusqu'à 20h. [1]
    STO-003|Parking is three minutes away; one hour is free from €50. [1]
    STO-006|A fitting takes 45 minutes. [1]
    STO-007|It is held for you for 24h. [1]
    STO-012|In July we open 9:00–21:00. [1]
    ORD-007|Call 01 555 0142, Saturdays 9 to 5 pm. [1]
    ORD-007|Please call +353-1-555-0142 between 8 am and 8 pm. [1]
    ORD-009|Wrapping costs €3.50, and nothing in December in our shops. [1]
    PRO-003|Students get 10% off. [1]
    PRO-004|Rescue volunteers get 20 percent, write to groups@larkfell.example. [1]
    PRO-006|You get ten euros off from sixty euros? Yes: €10 off from €60. [1]
    CLB-002|100 points are worth 5 euros. [1]
    CLB-003|Points expire after 24 months; we write six weeks before. [1]
    RNT-002|A tent is €12 per day or €45 per week. [1]
    RNT-003|Cancel free of charge up to 3 days before. The deposit is 150 € for tents. [1]
    SUS-002|Since 2023 there has been no PFAS in our own products. [1]
    ADV-007|10,000 mm is enough for showers, 20 000 mm for heavy packs. [1]
    ADV-007|10.000 mm reichen für Schauer. [1]
    ADV-012|For a day you need 20-25 litres, for huts 35 l to 45 l. [1]
    ADV-020|They last 600 to 900 km. [1]
    ADV-022|Power banks of up to 100Wh may go into the cabin. [1]
    ADV-023|The valve is EN 417; an adapter costs €19. [1]
    GRP-002|Embroidery starts at 12 pieces, 6,50 € each. Allow 3 weeks. [1]
    GRP-003|Sizes 36-48, tested by EN ISO 20345, from S1P to S3. [1]
    EVT-001|Meet us at half past nine, 9:30 am, to walk 15 km. Groups end at 16. [1]
    EVT-002|The course in September costs €65. [1]
    EVT-003|Tuesdays at 6:30 pm, 6 or 10 km. [1]
    LOC-002|Shipping to Germany is €7.95, free from €120, in 3–6 working days. [1]
    LOC-006|To Belgium €4.95, to France €7.95. [1]
    KID-002|Within 6 months you get 40% off. [1]
    SAF-002|EN 12492 is for climbing and EN 1078 for cycling. [1]
    """

  @Test func `an honest answer in other words is hardly ever stopped`() {
    let entries = Dictionary(
      DemoShop.knowledge.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var stopped: [String] = []
    let lines = Self.honest.split(separator: "\n")
    for line in lines {
      let parts = line.split(separator: "|", maxSplits: 1).map(String.init)
      guard let entry = entries[parts[0]] else {
        Issue.record("no entry \(parts[0])")
        continue
      }
      let check = GroundingCheck(
        citations: [
          Citation(
            number: 1, entryID: .zero, collection: "knowledge", externalID: entry.id,
            title: entry.title)
        ], sources: [entry.title + "\n" + entry.text], alsoAllowed: [])
      let found = check.violations(in: parts[1])
      if !found.isEmpty { stopped.append("\(line): \(found.map(\.text))") }
    }
    #expect(lines.count > 70)
    // Below 2 of a hundred: the one that converts metres.
    #expect(stopped.count <= 1, "\(stopped)")
  }
}
