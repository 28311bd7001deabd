import CreditModel
import Foundation

/// What the command line prints: results on stdout, everything else on stderr.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }
    static func print(_ json: JSONWriter) { write(json.bytes + [0x0A], to: FileHandle.standardOutput) }
    static func error(_ text: String) { write(text + "\n", to: FileHandle.standardError) }

    static func note(_ text: String) { write(text, to: FileHandle.standardError) }

    private static func write(_ text: String, to handle: FileHandle) { write(Array(text.utf8), to: handle) }

    private static func write(_ bytes: [UInt8], to handle: FileHandle) {
        // A reader that went away (| head) is no fault of ours.
        try? handle.write(contentsOf: Data(bytes))
    }

    static var stderrIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The language of messages: Chinese where the locale asks for it, else English.
    static let language: Language = {
        let environment = ProcessInfo.processInfo.environment
        let locale = environment["LC_ALL"] ?? environment["LC_MESSAGES"] ?? environment["LANG"] ?? ""
        return locale.hasPrefix("zh") ? .chinese : .english
    }()
}

/// Progress of a long command: a bar with rate and time left on a terminal, a plain line every few seconds elsewhere.
final class Progress {
    private let name: String
    private let total: Int
    private let started = Instant.now()
    private var last = Instant.now()
    private let quiet: Bool

    init(_ name: String, total: Int, quiet: Bool) {
        self.name = name
        self.total = max(total, 1)
        self.quiet = quiet
    }

    func update(done: Int, rows: Int) {
        let now = Instant.now()
        let pause: Int64 = Console.stderrIsTerminal ? 100 : 5000
        guard !quiet, now.milliseconds - last.milliseconds >= pause else { return }
        last = now
        let seconds = Double(now.milliseconds - started.milliseconds) / 1000
        let share = min(1, Double(done) / Double(total))
        let rate = Int(Double(rows) / max(seconds, 0.001))
        let left = share > 0.001 ? Int(seconds / share - seconds) : 0
        let figures = "\(rows) rows, \(rate)/s, \(Int(share * 100)) %, \(left) s left"
        if Console.stderrIsTerminal {
            let filled = Int(share * 24)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            Console.note("\r\(bar) \(figures) \(name)\u{1B}[K")
        } else {
            Console.note("\(name): \(figures)\n")
        }
    }

    func finish() { if !quiet, Console.stderrIsTerminal { Console.note("\r\u{1B}[K") } }
}
