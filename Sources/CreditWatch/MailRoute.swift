import CreditModel
import Foundation

/// One mail as RFC 5322 asks, with UTF-8 in words and base64 on the wire, so that every relay lets it pass as it is.
public struct MailMessage: Sendable {
    /// The same each time the same stretch of the log is told to the same watch.
    public let id: String
    public let from: String
    public let to: String
    public let subject: String
    public let text: String
    /// Where the mails can be ended.
    public let stop: String
    public let sentAt: Instant

    public var bytes: [UInt8] {
        let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let head = [
            "From: \(from)", "To: \(to)", "Subject: \(Self.words(subject))", "Date: \(Self.date(sentAt))",
            "Message-ID: <\(id)@\(host)>", "List-Id: <watch.\(host)>", "List-Unsubscribe: <\(stop)>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
        ]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let body = Data(lines.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// Encoded words (RFC 2047) of at most 75 characters, each holding whole characters.
    static func words(_ text: String) -> String {
        var parts: [String] = []
        var part = ""
        for character in text where !character.isNewline {
            if (part + String(character)).utf8.count > 42 {
                parts.append(part)
                part = ""
            }
            part.append(character)
        }
        parts.append(part)
        return parts.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// `Mon, 23 Nov 2026 09:00:00 +0800`, in China's time.
    static func date(_ instant: Instant) -> String {
        let day = instant.day
        let (year, month, dayOfMonth) = day.parts
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        let seconds = (instant.milliseconds / 1000 % 60 + 60) % 60
        return "\(weekday), \(dayOfMonth) \(name) \(year) \(instant.chinaMinute.suffix(5)):\(seconds < 10 ? "0" : "")\(seconds) +0800"
    }
}

/// How mails leave the house.
public struct MailRoute: Sendable {
    public enum Way: Sendable, Hashable {
        /// The system's mail program, by its path, which every mail server for Unix brings (`sendmail -t`).
        case program(String)
        /// A folder for another program to pick up, one `.eml` a mail.
        case folder(String)
    }
    public let way: Way
    public let from: String

    public init(way: Way, from: String) {
        (self.way, self.from) = (way, from)
    }

    static let mostSeconds = 30

    /// - Throws: `DeliveryFault.mail` where the mail was not taken, `.timedOut`.
    func send(_ message: MailMessage) async throws {
        switch way {
        case .folder(let path):
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                // Under the same name when sent again, and never half a file.
                try Data(message.bytes).write(to: URL(filePath: "\(path)/\(message.id).eml"), options: .atomic)
            } catch { throw DeliveryFault.mail }
        case .program(let path): try await hand(message, to: path)
        }
    }

    private func hand(_ message: MailMessage, to path: String) async throws {
        // A file instead of a pipe: a program that ends early cannot stop us.
        let file = FileManager.default.temporaryDirectory.appending(component: "chengxin-mail-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: file.path, contents: Data(message.bytes), attributes: [.posixPermissions: 0o600])
        else { throw DeliveryFault.mail }
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-t", "-i"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in continuation.finish() }
        do {
            process.standardInput = try FileHandle(forReadingFrom: file)
            try process.run()
        } catch { throw DeliveryFault.mail }
        let pid = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: .seconds(Self.mostSeconds))
            kill(pid, SIGKILL)
        }
        for await _ in ended {}
        watchdog.cancel()
        guard process.terminationReason == .exit else { throw DeliveryFault.timedOut }
        guard process.terminationStatus == 0 else { throw DeliveryFault.mail }
    }
}
