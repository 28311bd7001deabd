import ArgumentParser
import CreditModel
import CreditServer
import CreditServices
import CreditStore
import Crypto
import Foundation

/// Who may work at the desk, or ask for more than the public. A key is shown once and kept as its digest.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Names and keys of officers at the desk, and of programs and organisations outside.",
        subcommands: [Add.self, List.self, Disable.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a key; for a name that has one, a new key in its place.")
        @Argument(help: "The name that goes with the key: letters, digits, dots, dashes.") var name: String
        @Option(
            help: ArgumentHelp(
                "What the key is for: desk; report (reports with what may still be disclosed); check (many organisations at once); watch; data (open data in bulk); own:CODE (an organisation’s own file). May be given several times.",
                valueName: "scope"))
        var scope: [String] = []
        @Option(help: ArgumentHelp("Last day on which the key counts.", valueName: "day")) var until: String?
        @OptionGroup var data: DataOption

        func run() throws {
            let accounts = try DeskAccounts(data)
            let scopes = scope.isEmpty ? ["desk"] : scope
            for scope in scopes where !KeyScope.isScope(scope) {
                throw UsageError(message: "--scope is \(KeyScope.allCases.map(\.rawValue).joined(separator: ", ")) or own:CODE")
            }
            var last: Day?
            if let until {
                last = Day(iso: until)
                if last == nil { throw UsageError(message: "--until is a day, YYYY-MM-DD") }
            }
            let key = try accounts.issue(name, scopes: scopes, until: last)
            Console.print("name \(name)\nkey  \(key)")
            Console.error("The key is shown this once. Name and key are asked for at /desk, /reports and /me/watch, and by the API (HTTP basic); serve them behind TLS.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who has a key.")
        @OptionGroup var data: DataOption

        func run() throws {
            for account in try DeskAccounts(data).all() {
                let state =
                    account.isDamaged
                    ? "does not count: the line is damaged; issue a new key"
                    : account.isActive ? account.until.map { "until \($0)" } ?? "active" : "disabled"
                Console.print("\(account.name)  \(state)  \(account.scopes.joined(separator: " "))")
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a key back, at once, with the watches of its name.")
        @Argument(help: "The officer's name.") var name: String
        @OptionGroup var data: DataOption

        /// The key first: it must not count a moment longer. Watches of whoever held it would wake with the next key of the name.
        func run() async throws {
            try DeskAccounts(data).disable(name)
            let store = try await Platform.open(data).store
            var removed = 0
            while let watch = try await store.watches(of: name, offset: 0, limit: 1).watches.first {
                guard
                    try await store.removeWatch(
                        watch.id, of: name, by: Platform.operatorName(), source: "command line", at: .now())
                else { break }
                removed += 1
            }
            if removed > 0 { Console.error("\(removed) watches of this name were removed; add again those that are wanted.") }
        }
    }
}

/// `keys/desk.txt`: a name, the SHA-256 of a key (`-` for a key that was taken back), scopes and the last day on each line. Read anew at every
/// sign-in, so that a key taken back is taken back at once.
struct DeskAccounts: Sendable {
    struct Account {
        let name: String
        let digest: String
        var scopes = ["desk"]
        var until: Day?
        /// A line that cannot be read in full. It is kept as it is, and its key does not count.
        private var damaged: Substring?

        var isDamaged: Bool { damaged != nil }
        var isActive: Bool { digest != "-" && !isDamaged }

        /// A line as written before keys had scopes counts for the desk.
        init?(line: Substring) {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.first else { return nil }
            self.name = name
            digest = words.count > 1 ? words[1] : "-"
            guard words.count == 2 || words.count == 4 else {
                damaged = line
                return
            }
            if words.count == 4 {
                scopes = words[2].split(separator: ",").map(String.init)
                until = Day(iso: words[3])
                // A last day that is none must not make a key that has no end.
                if until == nil, words[3] != "-" { damaged = line }
            }
        }

        init(name: String, digest: String, scopes: [String], until: Day?) {
            (self.name, self.digest, self.scopes, self.until) = (name, digest, scopes, until)
        }

        var line: String {
            damaged.map { "\($0)\n" } ?? "\(name) \(digest) \(scopes.joined(separator: ",")) \(until?.description ?? "-")\n"
        }
    }

    private let directory: DataDirectory
    private var file: String { directory.keys + "/desk.txt" }

    init(_ data: DataOption) throws {
        directory = DataDirectory(path: data.data)
        guard directory.isPlatform else {
            throw UsageError(message: "there is no platform in `\(data.data)`; create one with `chengxin init --data \(data.data)`")
        }
    }

    init(_ directory: DataDirectory) { self.directory = directory }

    func all() -> [Account] {
        guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Account(line: $0) }
    }

    func issue(_ name: String, scopes: [String], until: Day?) throws -> String {
        guard (1...60).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x2C && $0 < 0x7F && $0 != 0x3A })
        else { throw UsageError(message: "a name is 1 to 60 letters, digits, dots or dashes") }
        let letters = Array("abcdefghjkmnpqrstvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        // 40 letters of 32 are 200 bits: nobody guesses one, so a fast digest is enough.
        let key = String((0..<40).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        try write(all().filter { $0.name != name } + [Account(name: name, digest: Self.digest(key), scopes: scopes, until: until)])
        return key
    }

    func disable(_ name: String) throws {
        guard all().contains(where: { $0.name == name }) else { throw UsageError(message: "there is no account `\(name)`") }
        try write(all().map { $0.name == name ? Account(name: name, digest: "-", scopes: $0.scopes, until: $0.until) : $0 })
    }

    func accepts(_ name: String, _ key: String) -> Bool { account(name, key)?.scopes.contains("desk") == true }

    /// What the key allows.
    func grant(_ name: String, _ key: String) -> KeyGrant? { account(name, key).map { KeyGrant(words: $0.scopes) } }

    /// What the key of a name allows now, for what is done in its name without it; nil where it was taken back or has run out.
    func standing(_ name: String) -> KeyGrant? {
        let today = Instant.now().day
        return all().first { $0.name == name && $0.isActive && ($0.until.map { $0 >= today } ?? true) }
            .map { KeyGrant(words: $0.scopes) }
    }

    /// The account whose key it is, unless it was taken back or its last day is past.
    private func account(_ name: String, _ key: String) -> Account? {
        let digest = Self.digest(key)
        let today = Instant.now().day
        return all().first {
            $0.name == name && $0.isActive && ($0.until.map { $0 >= today } ?? true) && Self.isSame($0.digest, digest)
        }
    }

    private func write(_ accounts: [Account]) throws {
        try directory.makePrivate(directory.keys)
        try directory.writePrivate(accounts.map(\.line).joined(), to: file)
    }

    private static func digest(_ key: String) -> String { Hexadecimal.text(SHA256.hash(data: Array(key.utf8))) }

    /// In the same time wherever they differ.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
