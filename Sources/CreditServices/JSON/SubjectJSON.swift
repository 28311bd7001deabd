import CreditCatalogue
import CreditModel
import CreditRegistry

/// The shapes of subjects and records in the API and the command line. Documented in API/openapi.yaml.
public struct SubjectJSON: Sendable {
    public let catalogue: Catalogue
    /// What is the same in every record of an item, written once.
    private struct Shape: Sendable {
        let basis: [UInt8]
        let fields: [(field: Field, key: [UInt8])]
    }
    private let shapes: [String: Shape]

    public init(catalogue: Catalogue) {
        self.catalogue = catalogue
        let format = FieldFormat(catalogue: catalogue, language: .chinese)
        shapes = Dictionary(
            catalogue.items.map { item in
                var basis = JSONWriter()
                basis.value(format.bases(item.basis))
                return (
                    item.id, Shape(basis: basis.bytes, fields: item.fields.map { ($0, JSONWriter.written($0.name)) })
                )
            }
        ) { first, _ in first }
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
        let (id, shape) = (record.row.id.description, shapes[record.item.id])
        json.object { json in
            json.field("id", id)
            json.field("item", record.item.id)
            json.field("title", record.title ?? record.item.title.zh)
            if withSubject {
                json.object("subject") { json in
                    json.field("code", record.row.subjectCode)
                    json.field("name", record.row.subjectName)
                }
            }
            json.field("authority", record.authority)
            json.field("document_no", record.documentNumber)
            json.field("decided_on", record.decidedOn)
            json.field("state", record.state.rawValue)
            json.field("published_until", record.row.clocks.publishedUntil)
            json.field("disclosed_until", record.row.clocks.disclosedUntil)
            json.field("repairable_from", record.row.clocks.repairableFrom)
            json.field("severity", record.row.clocks.severity?.rawValue)
            json.field("rule_set", record.row.clocks.ruleSet)
            json.field("mark", record.row.mark?.rawValue)
            json.key("basis")
            if let shape { json.raw(shape.basis) } else { json.null() }
            json.field("revision", record.row.revision)
            json.field("received_at", record.row.receivedAt.description)
            json.key("source")
            if let batch = record.row.batch {
                json.object { json in
                    json.field("batch", batch.number)
                    json.field("feed", batch.feed)
                    json.field("department", batch.department)
                    json.field("line", batch.line)
                }
            } else {
                json.null()
            }
            json.object("fields") { json in
                for (field, key) in shape?.fields ?? [] where record.isVisible(field) {
                    record.row.values.write(field.name, key: key, into: &json)
                }
            }
            let notes = record.notes
            if !notes.isEmpty { json.array("notes") { json in notes.forEach { json.value($0) } } }
            json.object("proof") { json in json.field("href", "/api/v1/records/" + id + "/proof") }
        }
    }
}
