import CreditModel
import CreditRegistry

/// The shape of search results: `{"query","total","hits":[{"id","uscc","name","status","division","score","matched"}]}`.
public enum SearchJSON {
    private static func write(_ counts: NameCounts, _ choices: SearchChoices, _ json: inout JSONWriter) {
        func object(_ name: String, _ values: [(String, Int)], _ json: inout JSONWriter) {
            json.object(name) { json in for (id, count) in values where count > 0 { json.field(id, count) } }
        }
        json.object("counts") { json in
            object("division", counts.divisions.sorted { $0.key < $1.key }, &json)
            object("kind", choices.kinds.map { ($0.id, counts.count(of: $0)) }, &json)
            object("status", choices.statuses.map { ($0.id, counts.statuses[$0.id] ?? 0) }, &json)
            object("sector", choices.sectors.map { ($0.id, counts.sectors[$0.id] ?? 0) }, &json)
            object("category", zip(choices.categories, counts.groups).map { ($0.id, $1) }, &json)
        }
    }

    /// `{"query","suggestions":[{"code","name"}]}`: names to choose from while one types.
    public static func suggestions(_ result: SearchResult, query: String, into json: inout JSONWriter) {
        json.object { json in
            json.field("query", query)
            json.array("suggestions") { json in
                for hit in result.hits {
                    json.object { json in
                        json.field("code", hit.state.code)
                        json.field("name", hit.state.name)
                    }
                }
            }
        }
    }

    /// - Parameter choices: what counts are named by, where the result has counts.
    public static func write(
        _ result: SearchResult, query: String, choices: SearchChoices? = nil, into json: inout JSONWriter
    ) {
        json.object { json in
            json.field("query", query)
            json.field("total", result.total)
            json.field("total_is_exact", result.isExact)
            if let counts = result.counts, let choices { write(counts, choices, &json) }
            json.array("hits") { json in
                for hit in result.hits {
                    json.object { json in
                        json.field("id", hit.id.description)
                        json.field(
                            "uscc",
                            hit.state.kind == .organisation && hit.state.code.utf8.count == 18 ? hit.state.code : nil)
                        json.field("code", hit.state.code)
                        json.field("name", hit.state.name)
                        json.field("kind", hit.state.kind.rawValue)
                        json.field("status", hit.state.status)
                        json.field("division", hit.state.division)
                        json.field("score", hit.score)
                        json.object("matched") { json in
                            json.field("field", hit.field.rawValue)
                            json.field("text", hit.matched)
                        }
                    }
                }
            }
        }
    }
}
