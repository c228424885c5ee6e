import Platform

/// The person who writes, and what the business has of them.
public struct Customer: Sendable, Equatable {
  /// The id of their row in `users`.
  public var id: UUID
  /// May be empty.
  public var firstName: String
  /// May be empty.
  public var lastName: String
  /// May be empty.
  public var email: String
  /// The newest orders, newest first; at most 20.
  public var orders: [Order]
  /// The newest appointments, newest first; at most 20.
  public var appointments: [Appointment]

  /// - Parameters: As the properties say.
  public init(
    id: UUID, firstName: String = "", lastName: String = "", email: String = "",
    orders: [Order] = [], appointments: [Appointment] = []
  ) {
    self.id = id
    self.firstName = firstName
    self.lastName = lastName
    self.email = email
    self.orders = orders
    self.appointments = appointments
  }
}

/// An order, as a customer may ask about it.
public struct Order: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// What the business and the customer call it, such as `A-1042`; may be empty.
  public var number: String
  /// Such as `paid` or `shipped`.
  public var status: String
  /// The sum as it is written, such as `129.00`; empty where there is none.
  public var amount: String
  /// ISO 4217; may be empty.
  public var currency: String
  /// What was ordered: an array of objects with `name`, `quantity` and `price`.
  public var lines: JSON
  /// Microseconds since 1970.
  public var createdAt: Int64

  /// - Parameters: As the properties say.
  public init(
    id: UUID, number: String, status: String, amount: String, currency: String, lines: JSON,
    createdAt: Int64
  ) {
    self.id = id
    self.number = number
    self.status = status
    self.amount = amount
    self.currency = currency
    self.lines = lines
    self.createdAt = createdAt
  }
}

/// An appointment of a customer.
public struct Appointment: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// The service that is booked; its name.
  public var service: String
  /// Such as `booked` or `cancelled`.
  public var status: String
  /// When it begins: microseconds since 1970.
  public var startsAt: Int64
  /// When it ends: microseconds since 1970; nil where it is open.
  public var endsAt: Int64?

  /// - Parameters: As the properties say.
  public init(id: UUID, service: String, status: String, startsAt: Int64, endsAt: Int64? = nil) {
    self.id = id
    self.service = service
    self.status = status
    self.startsAt = startsAt
    self.endsAt = endsAt
  }
}
