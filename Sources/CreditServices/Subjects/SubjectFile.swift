import CreditCatalogue
import CreditModel
import CreditRegistry

/// Everything one audience may see about one subject.
public struct SubjectFile: Sendable {
    public let profile: SubjectProfile
    public let records: [RecordView]

    /// The subject with this number, in any usual spelling (case, width, blanks, hyphens).
    public static func load(
        code: String, from store: some ServiceStore, publisher: Publisher, audience: Audience
    ) async throws -> SubjectFile? {
        let folded = Folding.code(code)
        var profile = try await store.profile(code: folded)
        if profile == nil { profile = try await store.profile(code: folded.filter { $0 != "-" }) }
        if profile == nil, folded != code { profile = try await store.profile(code: code) }
        guard let profile else { return nil }
        return try await load(profile: profile, from: store, publisher: publisher, audience: audience)
    }

    public static func load(
        profile: SubjectProfile, from store: some ServiceStore, publisher: Publisher, audience: Audience
    ) async throws -> SubjectFile {
        let rows = try await store.records(of: profile.id)
        return SubjectFile(profile: profile, records: publisher.views(rows, for: audience))
    }

    public func records(of item: String) -> [RecordView] { records.filter { $0.item.id == item } }
    public func records(category: String) -> [RecordView] { records.filter { $0.item.category == category } }
}
