import CreditModel

/// A loaded and checked edition of the rules. Immutable; a changed catalogue is a new value.
public struct Catalogue: Sendable {
    public let edition: Edition
    public let laws: [String: Law]
    public let categories: [Category]
    public let items: [Item]
    public let feeds: [Feed]
    public let codeTables: [String: CodeTable]
    public let divisions: Divisions
    public let calendar: WorkdayCalendar
    public let forbidden: Forbidden
    public let checks: [String: Check]
    public let cleaning: CleaningRules
    public let clocks: ClockTable
    public let reports: ReportRules
    /// Where the districts' tiles lie on the map; without it there is no map.
    public let tiles: TileMap?
    public let openData: OpenDataRules
    /// Words of the portal, by key.
    public let wording: [String: Bilingual]
    /// Pages that are mostly text, by name: about, charter, help …
    public let prose: [String: ProsePage]
    /// Every file that was read, by path, so that a batch can keep the exact rules it was judged by.
    public let files: [SourceFile]

    public struct Edition: Sendable, Hashable {
        public let id: String
        public let title: Bilingual
        public let effectiveFrom: Day
        public let city: Bilingual
        /// Division code of the city that runs this platform.
        public let division: String
        public let national: National
        public let basis: [Basis]
    }

    public struct National: Sendable, Hashable {
        public let title: Bilingual
        public let number: String
        public let verified: Bool
    }

    public struct SourceFile: Sendable, Hashable {
        public let path: String
        public let bytes: [UInt8]
    }

    /// How lines of business fall into sections.
    public var sectors: Sectors { Sectors(table: codeTables[Sectors.table]) }
    public func item(_ id: String) -> Item? { itemPositions[id].map { items[$0] } }
    public func feed(_ id: String) -> Feed? { feedPositions[id].map { feeds[$0] } }
    public func category(_ id: String) -> Category? { categories.first { $0.id == id } }
    public func feeds(of item: String) -> [Feed] { feeds.filter { $0.item == item } }

    let itemPositions: [String: Int]
    let feedPositions: [String: Int]
}
