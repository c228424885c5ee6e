import Embedding
import Platform
import Testing

func cosine(_ left: String, _ right: String, _ embedder: HashedEmbedder = HashedEmbedder()) -> Float
{
  let rows = embedder.embed([left, right])
  let dimension = embedder.model.dimension
  return (0..<dimension).reduce(Float(0)) { $0 + rows[$1] * rows[dimension + $1] }
}

@Suite struct HashedEmbedderTests {
  @Test(arguments: [16, 100, 384, 4_096])
  func `every vector has unit length, that of nothing too`(dimension: Int) {
    let embedder = HashedEmbedder(dimension: dimension)
    let texts = [
      "", " \n", "?!", "a", "How do I return shoes?", "靴を返品したい", "👟", "١٢٣ كتاب",
      String(repeating: "word ", count: 20_000), String(repeating: "é", count: 100_000),
      "\u{0}\u{301}\u{FEFF}",
    ]
    let rows = embedder.embed(texts)
    #expect(rows.count == texts.count * dimension)
    for index in texts.indices {
      let row = rows[index * dimension..<(index + 1) * dimension]
      let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(length - 1) < 1e-5, "\(texts[index].prefix(20))")
    }
    #expect(rows[..<dimension] == rows[dimension..<2 * dimension])
  }

  @Test func `a vector depends on its text alone`() {
    let texts = ["return shoes", "", "Größe 42", "return shoes", "包邮吗"]
    let embedder = HashedEmbedder()
    let together = embedder.embed(texts)
    for (index, text) in texts.enumerated() {
      let alone = embedder.embed([text])
      #expect(Array(together[index * 384..<(index + 1) * 384]) == alone)
    }
    #expect(embedder.embed([]) == [])
  }

  @Test func `case, accents and their composition do not matter`() {
    for (left, right) in [
      ("HOW TO RETURN", "how to return"), ("Größe", "grosse"), ("café", "cafe\u{301}"),
      ("ΑΘΉΝΑ", "αθηνα"), ("Ёлка МОЙ", "елка мои"), ("Łódź", "lodz"), ("ｆｕｌｌ　１２", "full 12"),
      ("كِتَابٌ", "كتاب"), ("Đặng Thị", "dang thi"), ("İstanbul", "istanbul"), ("👍🏽", "👍"),
    ] {
      #expect(cosine(left, right) > 0.9999, "\(left) / \(right)")
    }
  }

  @Test func `inflections and typing errors stay near, other words far`() {
    for (left, right, least) in [
      ("returns", "returned", Float(0.5)), ("shoes", "shoe", 0.5), ("waterproof", "waterprof", 0.3),
      ("delivery", "delivrey", 0.15), ("zapatos", "zapato", 0.5),
      ("Rückgabefrist", "Rückgabe", 0.3),
      ("返品", "返品する", 0.5), ("backpack", "back pack", 0.1), ("доставка", "доставки", 0.4),
    ] {
      #expect(cosine(left, right) > least, "\(left) / \(right): \(cosine(left, right))")
    }
    let apart = [
      "tent", "invoice", "granite", "velocity", "marmalade", "oxygen", "quarterly", "violin",
      "umbrella", "basalt", "hydraulic", "parliament",
    ]
    for (index, left) in apart.enumerated() {
      for right in apart[(index + 1)...] {
        #expect(abs(cosine(left, right)) < 0.35, "\(left) / \(right): \(cosine(left, right))")
      }
    }
  }

  @Test func `common words weigh little`() {
    let near = cosine("can I return the shoes that I bought", "shoes return")
    let far = cosine("can I return the shoes that I bought", "can I see the film that I bought")
    #expect(near > far + 0.1, "\(near) \(far)")
    #expect(cosine("the shoes", "shoes") > 0.95)
    #expect(cosine("wie kann ich die Schuhe waschen", "Schuhe waschen") > 0.8)
  }

  @Test func `listed synonyms come nearer, over languages too`() {
    for (left, right) in [
      ("price", "cost"), ("coupon", "voucher"), ("Rückgabe", "return"), ("envío", "shipping"),
      ("remboursement", "refund"),
    ] {
      #expect(cosine(left, right) > 0.15, "\(left) / \(right): \(cosine(left, right))")
    }
  }

  @Test func `the model names itself, and its fingerprint is that of its vectors`() {
    let embedder = HashedEmbedder()
    #expect(embedder.model.name == "hashed-384")
    #expect(embedder.model.dimension == 384)
    #expect(HashedEmbedder(dimension: 256).model.fingerprint != embedder.model.fingerprint)
    let texts = [
      "How do I return shoes?\nWithin 30 days, unworn, in the box.", "", "Größe 42,5 für Damen",
      "¿Cuánto cuesta el envío?", "靴のサイズ交換", "حذاء رياضي", "ABC-1234 x 2 😀", "a b c d e",
      "running running running shoes",
    ]
    var bytes: [UInt8] = []
    for value in embedder.embed(texts) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    // The pair of digest and fingerprint: when the algorithm changes, raise its version and take
    // both new values; stored vectors are then known to be of another space.
    let digest = hexadecimal(SHA256.hash(bytes)).prefix(16)
    #expect(
      "\(digest) \(String(embedder.model.fingerprint, radix: 16))"
        == "f35458b49b31210a 4cec1347cfe3582d")
  }
}
