import CreditCatalogue
import CreditModel

/// An invented city's deliveries, in the forms in which departments send them, with a key to every flaw in them.
///
/// For the demo, for tests, and for benchmarks of up to a million organisations and more than thirteen million records:
/// rows are made one at a time from their position, so memory grows by three bytes for each organisation and no record.
/// The same catalogue, numbers, seed and day always give the same bytes.
public struct SampleCity: Sendable {
    public let catalogue: Catalogue
    /// How many organisations are registered. At least 100.
    public let organisations: Int
    /// Rows in all feeds but the registrations. At most 40 for each organisation.
    public let records: Int
    public let seed: UInt64
    /// No record is later, except where a flaw says so.
    public let today: Day

    public init(catalogue: Catalogue, organisations: Int = 2000, records: Int? = nil, seed: UInt64 = 1, today: Day) {
        self.catalogue = catalogue
        self.organisations = organisations
        self.records = records ?? organisations * 13
        self.seed = seed
        self.today = today
    }

    /// Rows that `write` will write, registrations and flawed ones among them. The total for showing progress.
    public var rows: Int { organisations + records }

    /// What was written.
    public struct Summary: Sendable, Hashable {
        public struct File: Sendable, Hashable {
            public let name: String
            public let feed: String
            public let rows: Int
            /// Rows with a flaw, each of which is in the answer key.
            public let dirtyRows: Int
        }
        /// In the order in which they should be taken in.
        public let files: [File]
        /// Path of the answer key.
        public let answers: String

        public var rows: Int { files.reduce(0) { $0 + $1.rows } }
        public var dirtyRows: Int { files.reduce(0) { $0 + $1.dirtyRows } }
    }

    /// Writes all files into a folder, which is made if need be. Files of the same names are replaced, others left.
    /// - Parameter progress: called now and then with the rows written so far.
    /// - Throws: `SampleError`: `size-out-of-range`, `catalogue-mismatch`, `cannot-write`; whatever `progress` throws.
    public func write(to directory: String, progress: (Int) throws -> Void = { _ in }) throws -> Summary {
        guard organisations >= 100, organisations <= City.mostOrganisations, records >= 100,
            records <= organisations * 40
        else {
            throw SampleError(
                code: .sizeOutOfRange,
                detail: "organisations: 100 to \(City.mostOrganisations), not \(organisations); "
                    + "records: at least 100 and at most 40 for each organisation, not \(records)"
            )
        }
        let city = City(organisations: organisations, seed: seed, today: today)
        var session = try DeliverySession(catalogue: catalogue, city: city, directory: directory)
        try DeliveryPlan(city: city, records: records).write(with: &session, progress: progress)
        return try session.finish(progress: progress)
    }
}
