import CreditModel

/// Items with a day as a calendar (RFC 5545): whole days, lines of at most 75 octets.
public struct ICalendar: Sendable {
    public let text: String

    /// - Parameters:
    ///   - name: of the calendar, as programs show it.
    ///   - division: sets these events apart from those of other cities.
    public init(_ items: [ContentItem], name: String, language: Language, address: String, division: String) {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chengxin//Calendar//\(language == .chinese ? "ZH" : "EN")",
            "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:\(Self.escape(name))",
        ]
        for item in items {
            guard let start = item.start else { continue }
            let edition = item.edition(language).edition
            lines += [
                "BEGIN:VEVENT", "UID:\(item.section.rawValue).\(item.slug)@\(division).chengxin",
                "DTSTAMP:\(Self.basic(item.date))T000000Z", "DTSTART;VALUE=DATE:\(Self.basic(start))",
                // The day after the last, as the standard counts.
                "DTEND;VALUE=DATE:\(Self.basic((item.end ?? start).adding(days: 1)))",
                "SUMMARY:\(Self.escape(edition.title))", "DESCRIPTION:\(Self.escape(edition.summary))",
                "URL:\(address)\(item.address)?lang=\(language.rawValue)",
            ]
            if let place = edition.place { lines.append("LOCATION:\(Self.escape(place))") }
            lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
        }
        lines.append("END:VCALENDAR")
        text = lines.map(Self.fold).joined()
    }

    private static func basic(_ day: Day) -> String { day.description.filter { $0 != "-" } }

    private static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,").replacing("\n", with: "\\n")
    }

    /// Cuts a line so that no part is longer than 75 octets and no character is divided.
    static func fold(_ line: String) -> String {
        var result = ""
        var length = 0
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if length + size > 75 {
                result += "\r\n "
                length = 1
            }
            result.unicodeScalars.append(scalar)
            length += size
        }
        return result + "\r\n"
    }
}
