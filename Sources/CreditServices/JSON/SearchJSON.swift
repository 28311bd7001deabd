import CreditModel
import CreditRegistry

/// The shape of search results: `{"query","total","hits":[{"id","uscc","name","status","division","score","matched"}]}`.
public enum SearchJSON {
    public static func write(_ result: SearchResult, query: String, into json: inout JSONWriter) {
        json.object { json in
            json.field("query", query)
            json.field("total", result.total)
            json.field("total_is_exact", result.isExact)
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
