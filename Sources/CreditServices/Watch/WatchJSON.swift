import CreditCatalogue
import CreditModel
import CreditRegistry

/// The shapes of watches and their events in the API and in webhooks. Documented in API/openapi.yaml.
public struct WatchJSON: Sendable {
    public let catalogue: Catalogue
    /// Under which the public reaches the portal.
    public let address: String

    public init(catalogue: Catalogue, address: String) {
        (self.catalogue, self.address) = (catalogue, address)
    }

    /// - Parameter secret: shown once, when the watch is made.
    public func watch(_ watch: Watch, secret: String? = nil, into json: inout JSONWriter) {
        json.object { json in
            json.field("id", watch.id)
            json.object("target") { json in target(watch, into: &json) }
            json.field("channel", watch.channel.kind)
            json.field("address", watch.channel.address.isEmpty ? nil : watch.channel.address)
            json.field("frequency", watch.frequency.rawValue)
            json.field("until", watch.until)
            json.field("created_at", watch.createdAt.description)
            json.field("told_to", watch.toldTo)
            json.field("last_told_at", watch.lastToldAt?.description)
            json.key("failing")
            if let failing = watch.failing {
                json.object { json in
                    json.field("since", failing.since.description)
                    json.field("reason", failing.reason)
                }
            } else {
                json.null()
            }
            json.field("events", "/api/v1/watches/\(watch.id)/events")
            if let secret { json.field("secret", secret) }
        }
    }

    private func target(_ watch: Watch, into json: inout JSONWriter) {
        json.field("kind", watch.target.kind)
        json.field("value", watch.target.value)
    }

    /// One message: a whole body of a webhook, in the envelope of Standard Webhooks.
    public func message(_ page: WatchPage, of watch: Watch, after: Int64, at instant: Instant) -> [UInt8] {
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.field("type", "watch.events")
            json.field("timestamp", instant.description)
            json.object("data") { json in
                json.object("watch") { json in
                    json.field("id", watch.id)
                    json.object("target") { json in target(watch, into: &json) }
                }
                events(page, after: after, into: &json)
            }
        }
        return json.bytes
    }

    public func events(_ page: WatchPage, after: Int64, into json: inout JSONWriter) {
        json.field("after", after)
        json.field("through", page.through)
        json.field("has_more", page.hasMore)
        json.array("events") { json in for event in page.events { self.event(event, into: &json) } }
    }

    private func event(_ event: WatchEvent, into json: inout JSONWriter) {
        json.object { json in
            json.field("id", event.id)
            json.field("kind", event.kind.rawValue)
            json.field("ordinal", event.leaf)
            json.field("record_id", event.record.description)
            json.field("href", "\(address)/r/\(event.record)")
            guard let view = event.view else {
                // What left is named by its address and nothing else (行政处罚法 art. 48).
                json.field("leaving", event.leaving?.rawValue)
                json.field("reason", event.reason?.rawValue)
                json.field("told_at", event.toldAt?.description)
                json.field("instruction", "delete")
                return
            }
            json.field("nature", view.item.nature.rawValue)
            json.array("changed") { json in event.changed.forEach { json.value($0) } }
            json.field("contested", view.row.mark?.rawValue)
            json.object("contest") { json in
                json.field("zh", view.item.objection.zh)
                json.field("en", view.item.objection.en)
            }
            json.key("record")
            SubjectJSON(catalogue: catalogue).record(view, into: &json, withSubject: true)
        }
    }
}
