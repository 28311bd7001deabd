import CreditCatalogue
import CreditModel
import CreditRegistry
import Dispatch

/// Packs the contents of revisions, making packings as they are needed.
struct Packer {
    let coding: RecordCoding

    /// The payload of one content.
    func payload(
        _ content: Packing.Content, _ item: String, _ context: CompressionContext, _ connection: any Connection
    ) throws -> [UInt8] {
        if let packing = try coding.current(of: item, connection), let plain = packing.plain(content) {
            return packing.payload(plain, context)
        }
        let packing = try widen(item, for: [content], connection)
        guard let plain = packing.plain(content) else {
            throw StoreError(.fault, "a statement of \(item) is not canonical; nothing was stored")
        }
        return packing.payload(plain, context)
    }

    /// A new packing that also has the names of these contents.
    func widen(_ item: String, for contents: [Packing.Content], _ connection: any Connection) throws -> Packing {
        let before = try coding.current(of: item, connection)
        var published = Set(before?.published ?? [])
        var rest = Set(before?.internal ?? [])
        for content in contents {
            published.formUnion((FlatObject.decode(content.statement.published) ?? [:]).keys)
            rest.formUnion((content.statement.internal.flatMap { FlatObject.decode($0) } ?? [:]).keys)
        }
        return try coding.add(
            item, published: Self.canonical(published), internal: Self.canonical(rest), dictionary: before?.dictionary, connection)
    }

    private static func canonical(_ names: Set<String>) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Gives an item its dictionary as soon as a delivery has enough to learn from.
    func train(_ item: String, from revisions: [PendingRevision], _ connection: any Connection) throws {
        if try coding.current(of: item, connection)?.dictionary != nil { return }
        var subjects: Set<SubjectID> = []
        var contents: [Packing.Content] = []
        for pending in revisions where pending.revision.item == item {
            let revision = pending.revision
            guard contents.count < PackingTrainer.mostSamples else { break }
            if let content = Packing.Content(revision), subjects.insert(revision.id.subject).inserted { contents.append(content) }
        }
        guard contents.count >= Self.leastSamples else { return }
        var packing = try coding.current(of: item, connection)
        if packing == nil || contents.contains(where: { packing?.plain($0) == nil }) {
            packing = try widen(item, for: contents, connection)
        }
        guard let packing, let dictionary = PackingTrainer.dictionary(contents.compactMap { packing.plain($0) }) else { return }
        _ = try coding.add(
            item, published: packing.published, internal: packing.internal, dictionary: dictionary, connection)
    }

    /// Fewer rows teach too little to be worth a dictionary of its own.
    private static let leastSamples = 500
}

extension Packing.Content {
    /// Nil for an act that states nothing.
    init?(_ revision: Revision) {
        guard let statement = revision.statement else { return nil }
        self.init(
            statement: statement, changes: revision.changes, notes: revision.notes, ruleSet: revision.clocks?.ruleSet)
    }
}

/// What is worked out for each of many revisions, on all cores.
struct SealedRevision: Sendable {
    let seal: [UInt8]
    /// Nil where nothing is stated, or where the packing at hand lacks a name.
    let payload: [UInt8]?

    static func all(_ revisions: [PendingRevision], packing: [String: Packing]) -> [SealedRevision] {
        let count = revisions.count
        let portion = max(64, (count + 7) / 8)
        let parts = (count + portion - 1) / portion
        return [SealedRevision](unsafeUninitializedCapacity: count) { buffer, filled in
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let context = CompressionContext()
                for index in part * portion..<min(count, (part + 1) * portion) {
                    let revision = revisions[index].revision
                    let seal = revision.salt.map { revision.seal(salt: $0).bytes } ?? []
                    let packing = packing[revision.item]
                    let payload = Packing.Content(revision).flatMap { content in
                        packing.flatMap { packing in packing.plain(content).map { packing.payload($0, context) } }
                    }
                    (places.baseAddress! + index).initialize(to: SealedRevision(seal: seal, payload: payload))
                }
            }
            filled = count
        }
    }
}
