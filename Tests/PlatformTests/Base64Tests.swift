import Platform
import Testing

@Suite struct Base64Tests {
  // RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
  ])
  func `base64 is decoded`(text: String, bytes: String) {
    #expect(Base64.decode(text) == Array(bytes.utf8))
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v\n", "Zm 9", "Zh==", "Zm9=", "Zg==Zg==",
    "Zm9-", "Zm9_", "Zmä=",
  ])
  func `what is no base64 is refused`(text: String) { #expect(Base64.decode(text) == nil) }

  @Test func `all bytes pass`() {
    #expect(Base64.decode("+/8AfwGA") == [0xFB, 0xFF, 0x00, 0x7F, 0x01, 0x80])
  }
}
