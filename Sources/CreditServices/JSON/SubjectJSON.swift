import CreditCatalogue
import CreditModel
import CreditRegistry

/// The shapes of subjects and records in the API and the command line. Documented in API/openapi.yaml.
public struct SubjectJSON: Sendable {
    public let catalogue: Catalogue
    /// What is the same in every record of an item, written once.
    private struct Shape: Sendable {
        /// `"item":"…","title":`
        let item: [UInt8]
        let title: [UInt8]
        /// `"basis":"…","revision":`
        let basis: [UInt8]
        let fields: FieldKeys
        /// Whether the public may see a field, by its place.
        let isPublic: [Bool]
        /// Places of the fields that play a role.
        let titled: Int?
        let authority: Int?
        let documentNumber: Int?
        let decidedOn: Int?

        init(_ item: Item, _ format: FieldFormat) {
            var json = JSONWriter()
            json.field("item", item.id)
            json.key("title")
            self.item = json.bytes
            json = JSONWriter()
            json.value(item.title.zh)
            title = json.bytes
            json = JSONWriter()
            json.field("basis", format.bases(item.basis))
            json.key("revision")
            basis = json.bytes
            fields = FieldKeys(item.fields.map(\.name))
            isPublic = item.fields.map { $0.publicity == .public }
            titled = item.position(of: .title)
            authority = item.position(of: .authority)
            documentNumber = item.position(of: .documentNumber)
            decidedOn = item.position(of: .decidedOn)
        }
    }

    /// Names of a record's own members with their colons.
    private struct Keys: Sendable {
        let id = JSONWriter.written("id")
        let authority = JSONWriter.written("authority")
        let documentNumber = JSONWriter.written("document_no")
        let decidedOn = JSONWriter.written("decided_on")
        let state = JSONWriter.written("state")
        let publishedUntil = JSONWriter.written("published_until")
        let disclosedUntil = JSONWriter.written("disclosed_until")
        let repairableFrom = JSONWriter.written("repairable_from")
        let severity = JSONWriter.written("severity")
        let ruleSet = JSONWriter.written("rule_set")
        let mark = JSONWriter.written("mark")
        let receivedAt = JSONWriter.written("received_at")
        let source = JSONWriter.written("source")
        let batch = JSONWriter.written("batch")
        let feed = JSONWriter.written("feed")
        let department = JSONWriter.written("department")
        let line = JSONWriter.written("line")
        let fields = JSONWriter.written("fields")
        let proof = JSONWriter.written("proof")
        let href = JSONWriter.written("href")
    }
    private let shapes: [String: Shape]
    private let keys = Keys()

    public init(catalogue: Catalogue) {
        self.catalogue = catalogue
        let format = FieldFormat(catalogue: catalogue, language: .chinese)
        shapes = Dictionary(catalogue.items.map { ($0.id, Shape($0, format)) }) { first, _ in first }
    }

    public func file(_ file: SubjectFile, into json: inout JSONWriter) {
        json.object { json in
            json.key("subject")
            subject(file.profile, into: &json)
            // Listings and commitments stand there twice, with the same bytes.
            var (lists, commitments): ([Range<Int>], [Range<Int>]) = ([], [])
            json.array("records") { json in
                for (index, record) in file.records.enumerated() {
                    let start = json.bytes.count + (index == 0 ? 0 : 1)
                    self.record(record, into: &json)
                    if isList(record) { lists.append(start..<json.bytes.count) }
                    if record.item.id == "commitment" { commitments.append(start..<json.bytes.count) }
                }
            }
            json.array("lists") { json in for range in lists { json.again(range) } }
            json.array("commitments") { json in for range in commitments { json.again(range) } }
            json.array("evaluations") { _ in }
        }
    }

    private func isList(_ record: RecordView) -> Bool {
        record.item.id == "abnormal-operation" || record.item.id == "serious-dishonesty"
    }

    public func subject(_ profile: SubjectProfile, into json: inout JSONWriter) {
        json.object { json in
            json.field("id", profile.id.description)
            json.field("kind", profile.state.kind.rawValue)
            json.field("uscc", profile.identifiers.first { $0.scheme == .unifiedCode }?.value)
            json.field("name", profile.state.name)
            json.array("former_names") { json in profile.names(.former).forEach { json.value($0) } }
            json.field("status", profile.state.status)
            json.field("division", profile.state.division)
            json.field("division_name", profile.state.division.flatMap { catalogue.divisions.fullName($0) })
            json.field("established_on", profile.state.establishedOn)
            json.field("registered", profile.state.isRegistered)
            json.array("identifiers") { json in
                for identifier in profile.identifiers {
                    json.object { json in
                        json.field("scheme", identifier.scheme.rawValue)
                        json.field("value", identifier.value)
                    }
                }
            }
        }
    }

    public func record(_ record: RecordView, into json: inout JSONWriter, withSubject: Bool = false) {
        let shape = shapes[record.item.id] ?? Shape(record.item, FieldFormat(catalogue: catalogue, language: .chinese))
        let id = record.row.id.description
        let positions = record.row.values.positions(of: shape.fields)
        /// Writes the value of a field, if the item has it, the record states it, and the audience may see it.
        @discardableResult
        func write(_ field: Int?, _ key: [UInt8], _ json: inout JSONWriter) -> Bool {
            guard let field, record.audience != .public || shape.isPublic[field] else { return false }
            return record.row.values.write(at: positions[field], key: key, into: &json)
        }
        json.object { json in
            json.field(written: keys.id, id)
            if !write(shape.titled, shape.item, &json) {
                json.key(written: shape.item)
                json.raw(shape.title)
            }
            if withSubject {
                json.object("subject") { json in
                    json.field("code", record.row.subjectCode)
                    json.field("name", record.row.subjectName)
                }
            }
            if !write(shape.authority, keys.authority, &json) {
                json.field(written: keys.authority, String?.none)
            }
            if !write(shape.documentNumber, keys.documentNumber, &json) {
                json.field(written: keys.documentNumber, String?.none)
            }
            if !write(shape.decidedOn, keys.decidedOn, &json) {
                json.field(written: keys.decidedOn, record.row.day)
            }
            json.field(written: keys.state, record.state.rawValue)
            json.field(written: keys.publishedUntil, record.row.clocks.publishedUntil)
            json.field(written: keys.disclosedUntil, record.row.clocks.disclosedUntil)
            json.field(written: keys.repairableFrom, record.row.clocks.repairableFrom)
            json.field(written: keys.severity, record.row.clocks.severity?.rawValue)
            json.field(written: keys.ruleSet, record.row.clocks.ruleSet)
            json.field(written: keys.mark, record.row.mark?.rawValue)
            json.key(written: shape.basis)
            json.value(record.row.revision)
            json.field(written: keys.receivedAt, record.row.receivedAt.description)
            json.key(written: keys.source)
            if let batch = record.row.batch {
                json.object { json in
                    json.key(written: keys.batch)
                    json.value(batch.number)
                    json.field(written: keys.feed, batch.feed)
                    json.field(written: keys.department, batch.department)
                    json.key(written: keys.line)
                    json.value(Int64(batch.line))
                }
            } else {
                json.null()
            }
            json.key(written: keys.fields)
            json.object { json in
                record.row.values.write(
                    shape.fields, at: positions, isShown: record.audience == .public ? shape.isPublic : nil, into: &json)
            }
            let notes = record.notes
            if !notes.isEmpty { json.array("notes") { json in notes.forEach { json.value($0) } } }
            json.key(written: keys.proof)
            json.object { json in json.field(written: keys.href, "/api/v1/records/" + id + "/proof") }
        }
    }
}
