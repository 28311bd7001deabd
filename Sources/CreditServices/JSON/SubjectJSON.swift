import CreditCatalogue
import CreditModel
import CreditRegistry

/// The shapes of subjects and records in the API and the command line. Documented in API/openapi.yaml.
public struct SubjectJSON: Sendable {
    public let catalogue: Catalogue
    /// What an item is based on, written once: it stands in every record.
    private let bases: [String: String]

    public init(catalogue: Catalogue) {
        self.catalogue = catalogue
        let format = FieldFormat(catalogue: catalogue, language: .chinese)
        bases = Dictionary(catalogue.items.map { ($0.id, format.bases($0.basis)) }) { first, _ in first }
    }

    public func file(_ file: SubjectFile, into json: inout JSONWriter) {
        json.object { json in
            json.key("subject")
            subject(file.profile, into: &json)
            json.array("records") { json in for record in file.records { self.record(record, into: &json) } }
            json.array("lists") { json in
                for record in file.records where isList(record) { self.record(record, into: &json) }
            }
            json.array("commitments") { json in
                for record in file.records where record.item.id == "commitment" { self.record(record, into: &json) }
            }
            json.array("evaluations") { _ in }
        }
    }

    private func isList(_ record: RecordView) -> Bool {
        ["abnormal-operation", "serious-dishonesty"].contains(record.item.id)
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
        json.object { json in
            json.field("id", record.row.id.description)
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
            json.field("basis", bases[record.item.id])
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
            json.object("fields") { json in for field in record.fields { json.field(field.field.name, field.value) } }
            if !record.notes.isEmpty { json.array("notes") { json in record.notes.forEach { json.value($0) } } }
            json.object("proof") { json in json.field("href", "/api/v1/records/\(record.row.id)/proof") }
        }
    }
}
