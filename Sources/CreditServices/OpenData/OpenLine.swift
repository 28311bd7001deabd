import CreditCatalogue
import CreditModel
import CreditRegistry

/// An organisation as open data states it, made only while a record of it is shown.
public struct OpenOrganisation: Sendable, Hashable {
    public let id: SubjectID
    public let state: SubjectState
    public let formerNames: [String]

    public init(id: SubjectID, state: SubjectState, formerNames: [String]) {
        (self.id, self.state, self.formerNames) = (id, state, formerNames)
    }

    public var address: String { "/o/\(state.code)" }
}

/// One thing of open data as a line: an object of JSON, or a row of CSV. The same bytes in a snapshot and in the stream.
///
/// Nothing in a line depends on another thing: a record names its organisation by the number that never changes, so that a change of
/// name changes one line and not thousands.
public struct OpenLine: Sendable {
    private let datasets: OpenDatasets

    public init(_ datasets: OpenDatasets) { self.datasets = datasets }

    public func json(_ organisation: OpenOrganisation, into json: inout JSONWriter) {
        let state = organisation.state
        json.object { json in
            json.field("id", organisation.id.description)
            json.field("code", state.code)
            json.field("address", organisation.address)
            json.field("name", state.name)
            json.array("former_names") { json in organisation.formerNames.forEach { json.value($0) } }
            json.field("status", state.status)
            json.field("division", state.division)
            json.field("established_on", state.establishedOn)
            json.field("registered", state.isRegistered)
        }
    }

    public func csv(_ organisation: OpenOrganisation) -> String {
        let state = organisation.state
        return Self.row([
            organisation.id.description, state.code, organisation.address, state.name,
            organisation.formerNames.joined(separator: ";"), state.status ?? "", state.division ?? "",
            state.establishedOn ?? "", state.isRegistered ? "true" : "false",
        ])
    }

    public func json(_ record: RecordView, into json: inout JSONWriter) {
        let row = record.row
        json.object { json in
            json.field("id", row.id.description)
            json.field("subject", row.id.subject.description)
            json.field("address", "/r/\(row.id)")
            json.field("revision", row.revision)
            json.field("received_at", row.receivedAt.description)
            json.field("published_until", row.publishedUntil)
            json.field("severity", row.clocks.severity?.rawValue)
            json.field("mark", row.mark?.rawValue)
            json.object("fields") { json in
                for field in record.fields where field.field.type != .personRole { json.field(field.field.name, field.value) }
            }
        }
    }

    public func csv(_ record: RecordView, _ dataset: OpenDatasets.Dataset) -> String {
        let row = record.row
        let values = Dictionary(record.fields.map { ($0.field.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return Self.row(
            [
                row.id.description, row.id.subject.description, "/r/\(row.id)", String(row.revision),
                row.receivedAt.description, row.publishedUntil ?? "", row.clocks.severity?.rawValue ?? "",
                row.mark?.rawValue ?? "",
            ] + dataset.fields.map { values[$0.name] ?? "" })
    }

    public static func row(_ cells: [String]) -> String { cells.map(CSVCell.write).joined(separator: ",") + "\r\n" }
}
