import Platform
import Postgres
import TestSupport
import Testing

@testable import Truth

@Suite struct BusinessTests {
  @Test func `a business is created with its key, or not at all`() throws {
    let fixture = try StoreFixture()
    let made = try fixture.store.createBusiness(named: "whole", keyLabel: "first")
    #expect(try fixture.store.business(forKey: made.key.secret) == made.business.businessID)
    var connection = try fixture.database.connect()
    try connection.query("alter table knowledge_api_keys rename to away")
    #expect(throws: TruthError.self) {
      try fixture.store.createBusiness(named: "half", keyLabel: "first")
    }
    #expect(try fixture.store.businesses().map(\.name) == ["demo", "whole"])
  }
}
