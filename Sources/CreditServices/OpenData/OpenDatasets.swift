import CreditCatalogue
import CreditModel

/// What may leave in bulk: the public items about organisations whose sharing is open, and of them the public fields that name nobody.
///
/// Bulk is more than a page. A page answers a question about one licence; a file of practitioners would be a register of people, and a
/// file of legal representatives would let anyone look a person up across organisations (RIGHTS 2, 3). Neither is in any file or event.
public struct OpenDatasets: Sendable {
    public struct Dataset: Sendable {
        public let item: Item
        public let fields: [Field]
        public var id: String { item.id }
    }

    /// The dataset that says who the organisations are; the others say what is recorded about them.
    public static let organisations = "organisations"
    /// The columns of `organisations`, in order.
    public static let organisationColumns = [
        "id", "code", "address", "name", "former_names", "status", "division", "established_on", "registered",
    ]
    /// The columns of every other dataset, before the fields of its item.
    public static let recordColumns = [
        "id", "subject", "address", "revision", "received_at", "published_until", "severity", "mark",
    ]

    public let catalogue: Catalogue
    public let datasets: [Dataset]
    private let positions: [String: Int]

    public init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
        datasets = catalogue.items.filter {
            $0.publicity == .public && $0.sharing == .open && $0.subjects.contains(.organisation)
        }.map { item in
            Dataset(item: item, fields: item.fields.filter { $0.publicity == .public && $0.type != .personRole })
        }
        positions = Dictionary(datasets.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func dataset(_ id: String) -> Dataset? { positions[id].map { datasets[$0] } }
    public func position(of id: String) -> Int? { positions[id] }

    /// The record as a public page would show it, if it is open data today.
    public func view(_ row: RecordRow, by publisher: Publisher) -> RecordView? {
        positions[row.item] == nil ? nil : publisher.view(row, for: .public)
    }
}
