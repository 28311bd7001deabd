import ArgumentParser
import Crypto
import CreditModel
import Foundation

/// Who may work at the desk. A key is shown once and kept as its digest.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Names and keys of the officers who work at the desk.",
        subcommands: [Add.self, List.self, Disable.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a key; for a name that has one, a new key in its place.")
        @Argument(help: "The officer's name at the desk: letters, digits, dots, dashes.") var name: String
        @OptionGroup var data: DataOption

        func run() throws {
            let accounts = try DeskAccounts(data)
            let key = try accounts.issue(name)
            Console.print("name \(name)\nkey  \(key)")
            Console.error("The key is shown this once. The desk is at /desk; serve it behind TLS.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who has a key.")
        @OptionGroup var data: DataOption

        func run() throws {
            for account in try DeskAccounts(data).all() { Console.print("\(account.name)  \(account.isActive ? "active" : "disabled")") }
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a key back, at once.")
        @Argument(help: "The officer's name.") var name: String
        @OptionGroup var data: DataOption

        func run() throws { try DeskAccounts(data).disable(name) }
    }
}

/// `keys/desk.txt`: a name and the SHA-256 of a key on each line, `-` for a key that was taken back. Read anew at every
/// sign-in, so that a key taken back is taken back at once.
struct DeskAccounts: Sendable {
    struct Account {
        let name: String
        let digest: String
        var isActive: Bool { digest != "-" }
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
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 ? Account(name: String(words[0]), digest: String(words[1])) : nil
        }
    }

    func issue(_ name: String) throws -> String {
        guard (1...60).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x2C && $0 < 0x7F && $0 != 0x3A })
        else { throw UsageError(message: "a name is 1 to 60 letters, digits, dots or dashes") }
        let letters = Array("abcdefghjkmnpqrstvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        // 40 letters of 32 are 200 bits: nobody guesses one, so a fast digest is enough.
        let key = String((0..<40).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        try write(all().filter { $0.name != name } + [Account(name: name, digest: Self.digest(key))])
        return key
    }

    func disable(_ name: String) throws {
        guard all().contains(where: { $0.name == name }) else { throw UsageError(message: "there is no account `\(name)`") }
        try write(all().map { $0.name == name ? Account(name: name, digest: "-") : $0 })
    }

    func accepts(_ name: String, _ key: String) -> Bool {
        let digest = Self.digest(key)
        return all().contains { $0.name == name && $0.isActive && Self.isSame($0.digest, digest) }
    }

    private func write(_ accounts: [Account]) throws {
        try directory.makePrivate(directory.keys)
        try directory.writePrivate(accounts.map { "\($0.name) \($0.digest)\n" }.joined(), to: file)
    }

    private static func digest(_ key: String) -> String { Hexadecimal.text(SHA256.hash(data: Array(key.utf8))) }

    /// In the same time wherever they differ.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
