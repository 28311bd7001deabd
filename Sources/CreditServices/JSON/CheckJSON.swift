import CreditCatalogue
import CreditModel
import CreditRegistry

/// The shape of a batch check in the API and the command line. Documented in API/openapi.yaml.
public struct CheckJSON: Sendable {
    /// Public address of the platform, without a slash at the end; empty = paths alone.
    public let base: String

    public init(base: String) { self.base = base }

    public func write(_ result: CheckResult, into json: inout JSONWriter) {
        json.object { json in
            json.object("asked") { json in
                json.field("at", result.asked.at.description)
                json.field("purpose", result.asked.purpose)
                json.field("purpose_title", result.asked.purposeTitle)
                json.field("basis", result.asked.basis)
                json.field("since", result.asked.since)
                json.field("until", result.asked.today)
                json.field("sha256", result.asked.digest)
            }
            json.object("counts") { json in
                json.field("rows", result.rows.count)
                for outcome in CheckResult.Outcome.allCases { json.field(Self.key(outcome), result.count(outcome)) }
                json.field("organisations", result.subjects.count)
            }
            json.array("rows") { json in for row in result.rows { write(row, result, &json) } }
            json.array("organisations") { json in for subject in result.subjects { write(subject, result, &json) } }
            json.array("sources") { json in
                for source in result.sources {
                    json.object { json in
                        json.field("feed", source.id)
                        json.field("title", source.title)
                        json.field("department", source.department)
                        json.field("delivered_on", source.deliveredOn)
                    }
                }
            }
            json.array("not_covered") { json in result.notCovered.forEach { json.value($0) } }
            json.field("nothing_found_means", result.nothingFoundMeans)
        }
    }

    private static func key(_ outcome: CheckResult.Outcome) -> String {
        outcome.rawValue.replacing("-", with: "_")
    }

    private func write(_ row: CheckResult.Row, _ result: CheckResult, _ json: inout JSONWriter) {
        json.object { json in
            json.field("line", row.line)
            json.object("given") { json in
                for (heading, cell) in zip(result.headings, row.cells) where !cell.isEmpty { json.field(heading, cell) }
            }
            json.field("outcome", row.outcome.rawValue)
            json.field("confidence", number: String((row.confidence * 1000).rounded() / 1000))
            json.object("reason") { json in
                json.field("code", row.reasonCode)
                json.field("text", row.reason)
            }
            json.field("advice", row.advice)
            json.field("organisation", row.subject.map { result.subjects[$0].code })
            json.field("same_as_line", row.sameAs.map { Int64($0) })
            json.array("candidates") { json in
                for candidate in row.candidates {
                    json.object { json in
                        json.field("name", candidate.name)
                        json.field("code", candidate.code)
                        json.field("address", base + candidate.address)
                    }
                }
            }
        }
    }

    private func write(_ subject: CheckResult.Subject, _ result: CheckResult, _ json: inout JSONWriter) {
        json.object { json in
            json.field("code", subject.code)
            json.field("name", subject.name)
            json.field("status", subject.status.isEmpty ? nil : subject.status)
            json.field("address", base + subject.address)
            json.field("public_records", subject.records)
            json.field("newest", subject.newest)
            json.object("found") { json in
                for (group, entries) in zip(result.groups, subject.found) {
                    json.array(group.id) { json in for entry in entries { write(entry, &json) } }
                }
            }
        }
    }

    private func write(_ entry: CheckResult.Entry, _ json: inout JSONWriter) {
        json.object { json in
            json.field("id", entry.record.description)
            json.field("item", entry.item)
            json.field("title", entry.what)
            json.field("authority", entry.authority)
            json.field("document_no", entry.documentNumber)
            json.field("day", entry.day)
            json.field("last_day", entry.lastDay)
            json.field("published_until", entry.shownUntil)
            json.field("basis", entry.basis)
            json.field("contested", entry.mark)
            json.field("address", base + entry.address)
        }
    }
}
