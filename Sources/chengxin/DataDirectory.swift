import CreditStore
import Foundation
import Glibc

/// What lies where in a platform's directory.
///
/// `chengxin.sqlite` or `database.url`: the store, or where it is · `public.url`: the address it is served under · `catalogue/`: rules of one's own · `log/`: the public log,
/// for any web server to serve · `keys/`: what signs the log, readable by the owner only · `search.index`: a copy of the search
/// index for a quick start, made anew where it is missing.
struct DataDirectory {
    let path: String

    var sqlite: String { path + "/chengxin.sqlite" }
    var databaseNote: String { path + "/database.url" }
    /// What the operator's credit office writes for readers; there may be none.
    var content: String { path + "/content" }
    var catalogue: String { path + "/catalogue" }
    var log: String { path + "/log" }
    var keys: String { path + "/keys" }
    /// Snapshots of open data, each in a folder named by its timepoint; may be deleted and made anew at any time.
    var snapshots: String { path + "/snapshots" }
    /// A copy of the search index; may be deleted at any time.
    var searchIndex: String { path + "/search.index" }
    /// A copy of the names that rows without a number are matched by; may be deleted at any time.
    var matchIndex: String { path + "/match.index" }
    var logKey: String { keys + "/log.key" }
    /// Signs reports; holds the public keys of those before it as well.
    var reportKey: String { keys + "/report.json" }
    /// The public address under which the platform was last served, for commands that print it.
    var publicAddressNote: String { path + "/public.url" }
    /// What the secrets of watches are worked out from.
    var watchKey: String { keys + "/watch.key" }
    /// Mails for another program to pick up, where no mail program is named.
    var outbox: String { path + "/outbox" }
    /// Public keys of witnesses whose cosignatures are taken, one a line; the operator writes it.
    var witnesses: String { path + "/witnesses.txt" }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    var isPlatform: Bool { exists(sqlite) || exists(databaseNote) }

    /// The database of an existing platform: the option, the environment, the directory's own note, or its file.
    /// - Throws: `UsageError` where there is none, or where a server is named for a platform that has a file.
    func location(option: String?) throws -> Store.Location {
        let named = option ?? ProcessInfo.processInfo.environment["CHENGXIN_DATABASE"]
        if let named {
            guard !exists(sqlite) else {
                throw UsageError(
                    message: "the platform in `\(path)` keeps its own database file; leave --database out")
             }
            return try Self.location(url: named)
        }
        if exists(databaseNote), let data = FileManager.default.contents(atPath: databaseNote) {
            return try Self.location(
                url: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard exists(sqlite) else {
            throw UsageError(
                message: "there is no platform in `\(path)`; create one with `chengxin init --data \(path)`")
        }
        return .sqlite(path: sqlite)
    }

    static func location(url: String) throws -> Store.Location {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw UsageError(message: "--database must be a postgres:// address; without it a file in --data is used")
        }
        return .postgres(url: url)
    }

    var publicAddress: String? {
        guard let data = FileManager.default.contents(atPath: publicAddressNote) else { return nil }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.hasPrefix("http") ? text : nil
    }

    /// Notes the address, so that a report from the command line names the same as one from the portal: whoever checks it asks
    /// for the status list under exactly that address.
    func notePublicAddress(_ address: String) throws {
        if address != publicAddress { try writePrivate(address + "\n", to: publicAddressNote) }
    }

    /// Creates a folder of the directory that only its owner reads.
    func makePrivate(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError(.readOnly, "`\(folder)` cannot be created; check the path and its permissions")
        }
    }

    /// Writes a file that only its owner reads.
    func writePrivate(_ text: String, to file: String) throws {
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw StoreError(.readOnly, "`\(file)` cannot be written; check the path and its permissions")
        }
    }

    /// Puts a file in place that only its owner reads. A crash at any moment, of the machine too, leaves the old file or the new one
    /// whole: a report must never be signed by a key that is gone after a power cut.
    func replacePrivate(_ bytes: [UInt8], at file: String) throws {
        let fault = StoreError(.readOnly, "`\(file)` cannot be written; check the path and its permissions")
        let draft = file + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault }
        var isWritten = true
        var rest = bytes[...]
        while !rest.isEmpty, isWritten {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if count < 0, errno != EINTR { isWritten = false }
        }
        isWritten = isWritten && fsync(descriptor) == 0
        isWritten = close(descriptor) == 0 && isWritten
        guard isWritten, rename(draft, file) == 0 else {
            unlink(draft)
            throw fault
        }
        // The new name is on the disk once its folder is.
        let folder = open(String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw fault }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw fault }
    }
}
