import Foundation
import Testing

/// Where the disk refuses: a clear message, code 3, nothing half stored, and all well once there is room.
@Suite(.timeLimit(.minutes(20)))
struct DiskTests {
    private static var isRoot: Bool { geteuid() == 0 }

    /// A file system of its own in `folder/name`, or nil with a visible warning where that is not allowed here.
    private static func mount(_ name: String, _ options: String..., in folder: Folder) async throws -> String? {
        let path = folder.path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for option in options {
            let words = option.split(separator: " ").map(String.init)
            let outcome = try await Running(
                "/usr/bin/env", ["mount"] + words + [path], ProcessInfo.processInfo.environment, in: folder
            ).end()
            if outcome.code != 0 {
                Issue.record(
                    "not tested here: mount is not permitted (\(outcome.err.trimmingCharacters(in: .whitespacesAndNewlines)))",
                    severity: .warning)
                return nil
            }
        }
        return path
    }

    private static func unmount(_ path: String, in folder: Folder) async throws {
        _ = try await Program.tool("umount", path, in: folder)
    }

    @Test(
        "a place where nothing can be created is refused with code 3",
        arguments: ["/proc/chengxin", "/dev/null/chengxin"])
    func cannotCreate(_ path: String) async throws {
        let folder = try Folder()
        let outcome = try await Program.run("init", "--data", path, in: folder)
        #expect(outcome.code == 3, "\(outcome.err)")
        #expect(outcome.err.contains(path))
    }

    @Test("a file in the place of the data directory is refused and stays as it was")
    func fileInPlaceOfDirectory() async throws {
        let folder = try Folder()
        try folder.write("data", "示例")
        let created = try await Program.run("init", "--data", "data", in: folder)
        #expect(created.code == 2 || created.code == 3, "\(created.err)")
        #expect(try folder.text("data") == "示例")
    }

    @Test("a file that is no platform's database is refused and stays as it was")
    func foreignDatabase() async throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.path("data"), withIntermediateDirectories: true)
        try folder.write("data/chengxin.sqlite", "这不是数据库。示例。" + String(repeating: "x", count: 4096))
        let file = try folder.write("penalty.csv", Invented.penalties([1]).csv)
        for arguments in [
            ["ingest", file, "--data", "data"], ["serve", "--data", "data", "--port", "0"],
            ["search", "示例", "--data", "data"],
        ] {
            let outcome = try await Program.start(arguments, in: folder).end()
            #expect(outcome.code == 2 || outcome.code == 3, "\(arguments[0]): \(outcome.err)")
            #expect(
                outcome.err.hasPrefix("Error: ") && !outcome.err.contains("SQLite error"),
                "\(arguments[0]): \(outcome.err)")
        }
        #expect(folder.size("data/chengxin.sqlite") == 4096 + 30)
    }

    @Test("a reject file that cannot be written stops the delivery before it begins")
    func rejectFileUnwritable() async throws {
        let platform = try await Platform()
        let file = try platform.folder.write("penalty.csv", Invented.penalties(1...3).csv)
        for place in ["/proc/rejects.csv", platform.folder.path("data"), platform.folder.path("none/rejects.csv")] {
            let outcome = try await platform.ingest(file, feed: "penalty", "--rejects", place)
            #expect(outcome.code == 2 || outcome.code == 3, "\(place): \(outcome.err)")
            #expect(outcome.err.contains(place), "\(outcome.err)")
        }
        #expect(try await platform.isEmpty())
    }

    @Test("a read-only directory can be read; writing says so and keeps nothing")
    func readOnly() async throws {
        let folder = try Folder()
        let created = try await Program.run("init", "--data", "data", in: folder)
        #expect(created.code == 0)
        let file = try folder.write("penalty.csv", Invented.penalties(1...3).csv)
        let data = folder.path("data")
        // Permissions do not bind root: it gets a read-only view of the directory.
        if Self.isRoot {
            guard try await Self.mount("data", "--bind \(data)", "-o remount,ro,bind", in: folder) != nil else {
                return
            }
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: data + "/chengxin.sqlite")
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: data)
        }
        let outcome = try await Program.run("ingest", file, "--data", "data", in: folder)
        if Self.isRoot {
            try await Self.unmount(data, in: folder)
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: data)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: data + "/chengxin.sqlite")
        }
        #expect(outcome.code == 3, "\(outcome.err)")
        #expect(
            outcome.err.contains("written") || outcome.err.contains("read-only") || outcome.err.contains("permission"),
            "\(outcome.err)")
        #expect(!outcome.err.contains("SQLite error"), "\(outcome.err)")
        let found = try await Program.run("search", "示例", "--data", "data", "--json", in: folder).json()
        #expect(found["total"] as? Int == 0)
        let again = try await Program.run("ingest", file, "--data", "data", in: folder)
        #expect(again.code == 0, "\(again.err)")
    }

    @Test("a full disk ends the delivery with code 3; what was there stays, and a delivery that fits goes in")
    func fullDisk() async throws {
        let folder = try Folder()
        guard let disk = try await Self.mount("disk", "-t tmpfs -o size=64m tmpfs", in: folder) else { return }
        let data = disk + "/data"
        do {
            #expect(try await Program.run("init", "--data", data, in: folder).code == 0)
            let small = try folder.write("penalty-small.csv", Invented.penalties(1...3).csv)
            #expect(try await Program.run("ingest", small, "--feed", "penalty", "--data", data, in: folder).code == 0)
            let used = try FileManager.default.contentsOfDirectory(atPath: data).reduce(0) {
                $0 + folder.size("disk/data/\($1)")
            }
            #expect(
                try await Program.tool("mount", "-o", "remount,size=\(used / 1024 + 2200)k", disk, in: folder).code == 0
            )
            let big = try folder.write("penalty-big.csv", Invented.penalties(10...6000).csv)
            let outcome = try await Program.run("ingest", big, "--feed", "penalty", "--data", data, in: folder)
            #expect(outcome.code == 3, "\(outcome.text) \(outcome.err)")
            #expect(outcome.err.contains("full") || outcome.err.contains("space"), "\(outcome.err)")
            #expect(!outcome.err.contains("SQLite error"), "\(outcome.err)")
            let found = try await Program.run("search", "示例", "--data", data, "--json", in: folder)
            #expect(try found.json()["total"] as? Int == 3, "\(found.err)")
            let more = try folder.write("penalty-more.csv", Invented.penalties(4...6).csv)
            let next = try await Program.run("ingest", more, "--feed", "penalty", "--data", data, "--json", in: folder)
            #expect(next.code == 0, "\(next.err)")
            #expect(Counts(try next.json()) == Counts(rows: 3, accepted: 3))
        } catch {
            try await Self.unmount(disk, in: folder)
            throw error
        }
        try await Self.unmount(disk, in: folder)
    }
}
