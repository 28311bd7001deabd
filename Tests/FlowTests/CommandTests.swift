import Foundation
import Testing

/// The command line as scripts use it: exit codes, messages, JSON. The contract is COMMANDS.md.
@Suite(.timeLimit(.minutes(20)))
struct CommandTests {
    struct Wrong: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let says: String
        var testDescription: String { arguments.isEmpty ? "nothing" : arguments.joined(separator: " ") }

        init(_ line: String, says: String) {
            arguments = line.split(separator: " ").map(String.init)
            self.says = says
        }
    }

    static let wrong: [Wrong] = [
        Wrong("frobnicate", says: "frobnicate"),
        Wrong("feeds --frobnicate", says: "--frobnicate"),
        Wrong("ingest", says: "paths"),
        Wrong("ingest penalty.csv", says: "--data"),
        Wrong("ingest penalty.csv --data nowhere", says: "init --data nowhere"),
        Wrong("ingest none.csv --data data", says: "none.csv"),
        Wrong("ingest penalty.csv --data data --feed frobnicate", says: "frobnicate"),
        Wrong("ingest unguessable.csv --data data", says: "--feed"),
        Wrong("ingest empty-folder --data data", says: "--feed"),
        Wrong("ingest penalty.csv --data data --department 123", says: "--department"),
        Wrong("validate penalty.csv --feed frobnicate", says: "frobnicate"),
        Wrong("validate none.csv --feed penalty", says: "none.csv"),
        Wrong("feeds frobnicate", says: "frobnicate"),
        Wrong("init --data data", says: "already"),
        Wrong("init --data other --catalogue nowhere", says: "nowhere"),
        Wrong("search 示例 --data nowhere", says: "nowhere"),
        Wrong("search 示例 --data data --limit 0", says: "--limit"),
        Wrong("search 示例 --data data --limit many", says: "--limit"),
        Wrong("show 91990102MATZZZZ7XX --data data", says: "91990102MATZZZZ7XX"),
        Wrong("show 1 --data data --as king", says: "--as"),
        Wrong("waiting --data data --limit 0", says: "--limit"),
        Wrong("serve --data nowhere", says: "nowhere"),
        Wrong("serve --data data --port 70000", says: "--port"),
        Wrong("sample --out sample --organisations 3", says: "organisations"),
        Wrong("catalogue check nowhere", says: "nowhere"),
    ]

    @Test("wrong usage ends with code 2 and a message that names the mistake; stdout stays empty")
    func usage() async throws {
        let platform = try await Platform()
        try platform.folder.write("penalty.csv", Invented.penalties([1]).csv)
        try platform.folder.write("unguessable.csv", Invented.penalties([1]).csv)
        try FileManager.default.createDirectory(
            atPath: platform.folder.path("empty-folder"), withIntermediateDirectories: true)
        for example in Self.wrong {
            let outcome = try await Program.start(example.arguments, in: platform.folder).end()
            #expect(outcome.code == 2, "\(example.testDescription): \(outcome.err)")
            #expect(outcome.out.isEmpty, "\(example.testDescription) printed \(outcome.text.prefix(200))")
            #expect(outcome.err.contains(example.says), "\(example.testDescription): \(outcome.err)")
        }
        #expect(try await platform.isEmpty())
        #expect(
            !FileManager.default.fileExists(atPath: platform.folder.path("nowhere")),
            "a wrong path must not become an empty city")
        #expect(
            !FileManager.default.fileExists(atPath: platform.folder.path("other")), "a bad catalogue creates nothing")
    }

    @Test("help and version are results, not errors")
    func help() async throws {
        let folder = try Folder()
        let whole = try await Program.run("--help", in: folder)
        #expect(whole.code == 0 && whole.err.isEmpty)
        let commands = [
            "init", "serve", "ingest", "validate", "feeds", "search", "show", "waiting", "code", "catalogue", "sample",
        ]
        for command in commands {
            #expect(whole.text.contains("  \(command) "), "\(command) is not in the help")
            let help = try await Program.run(command, "--help", in: folder)
            #expect(help.code == 0 && help.err.isEmpty && help.text.contains("USAGE: chengxin \(command)"))
        }
        let version = try await Program.run("--version", in: folder)
        #expect(version.code == 0 && version.text.first?.isNumber == true)
    }

    @Test("init twice leaves the first platform as it was")
    func initTwice() async throws {
        let platform = try await Platform()
        _ = try await platform.ingest(
            try platform.folder.write("penalty.csv", Invented.penalties(1...3).csv), feed: "penalty")
        let second = try await Program.run("init", "--data", platform.data, "--json", in: platform.folder)
        #expect(second.code == 2)
        let found = try await Program.run("search", "试验第2", "--data", platform.data, "--json", in: platform.folder)
            .json()
        #expect(found["total"] as? Int == 1)
    }

    @Test("every --json output has the documented keys")
    func keys() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        _ = try await platform.ingest(
            try folder.write("registration.csv", Invented.registrations(1...3).csv), feed: "registration")
        let penalties = try folder.write(
            "penalty.csv", Invented.penalties(1...3).setting("CF_JDRQ", "见原件", rows: 1..<2).csv)
        let ingest = try await platform.ingest(penalties, feed: "penalty", "--department", Invented.authorityCode)
            .json()
        // COMMANDS.md fixes the first set; the second is what has been added since and is pinned as well.
        #expect(
            Set(ingest.keys)
                == Set([
                    "feed", "batch", "rows", "accepted", "updated", "unchanged", "rejected", "unresolved", "seconds",
                    "rows_per_second",
                ]).union(["file", "batch_number", "format", "encoding", "layout", "columns", "changes", "notes"]))
        #expect(Counts(ingest).addUp)
        let several = try await Program.run(
            "ingest", penalties, "registration.csv", "--data", platform.data, "--json", in: folder
        ).json()
        let files = try #require(several["files"] as? [[String: Any]])
        #expect(files.map { $0["feed"] as? String } == ["registration", "penalty"], "registrations come first")
        #expect(Counts(several).addUp && files.allSatisfy { Counts($0).addUp })
        #expect(files.reduce(0) { $0 + Counts($1).rows } == Counts(several).rows)

        let search = try await Program.run(
            "search", "试验", "--data", platform.data, "--limit", "2", "--json", in: folder
        ).json()
        #expect(Set(search.keys) == ["query", "total", "hits", "total_is_exact"])
        #expect(search["total"] as? Int == 3)
        let hits = try #require(search["hits"] as? [[String: Any]])
        #expect(hits.count == 2)
        for hit in hits {
            #expect(Set(hit.keys) == ["id", "uscc", "name", "status", "division", "score", "matched", "code", "kind"])
            #expect(Set((hit["matched"] as? [String: Any] ?? [:]).keys) == ["field", "text"])
            #expect(hit["status"] as? String == "in-operation")
            #expect(hit["division"] as? String == "990102")
        }

        let show = try await platform.show(Invented.code(1))
        #expect(Set(show.keys) == ["subject", "records", "lists", "commitments", "evaluations"])
        let records = try #require(show["records"] as? [[String: Any]])
        #expect(Set(records.map { $0["item"] as? String }) == ["registration", "administrative-penalty"])
        for record in records {
            #expect(
                Set(record.keys).subtracting(["notes"])
                    == Set([
                        "id", "item", "title", "authority", "document_no", "decided_on", "state", "published_until",
                        "basis", "proof", "disclosed_until", "repairable_from", "severity", "rule_set", "mark",
                    ]).union(["revision", "received_at", "source", "fields"]))
        }
        let validate = try await Program.run("validate", penalties, "--feed", "penalty", "--json", in: folder).json()
        #expect(
            Set(validate.keys) == [
                "feed", "file", "rows", "valid", "rejected", "without_identifier", "format", "encoding", "layout",
            ])
        let waiting = try await Program.run("waiting", "--data", platform.data, "--json", in: folder).json()
        #expect(Set(waiting.keys) == ["total", "rows"])
        let check = try await Program.run("catalogue", "check", "--json", in: folder)
        #expect(check.code == 0, "\(check.text)")
        #expect(Set(try check.json().keys) == ["catalogue", "edition", "problems"])
    }

    @Test("every feed that scripts name is there, with the columns of the agency's real files")
    func feeds() async throws {
        let folder = try Folder()
        let feeds = try #require(
            try await Program.run("feeds", "--json", in: folder).json()["feeds"] as? [[String: Any]])
        let named = Set(feeds.compactMap { $0["feed"] as? String })
        #expect(
            named.isSuperset(of: [
                "registration", "licence", "penalty", "penalty-environment", "abnormal", "serious-dishonesty", "honour",
                "tax-grade", "commitment",
                "enforcement", "contract", "environment-grade", "practitioner",
            ]))
        for feed in feeds {
            #expect(Set(feed.keys) == ["feed", "item", "title", "columns", "required"])
            let columns = try #require(feed["columns"] as? [[String: Any]])
            #expect(columns.allSatisfy { Set($0.keys) == ["field", "type", "required", "headings"] })
        }
    }

    @Test("the same seed gives the same city, and what it calls dirty is what is not taken in clean")
    func sample() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        let first = try await Program.run(
            "sample", "--out", "one", "--organisations", "100", "--seed", "7", "--json", in: folder)
        let second = try await Program.run(
            "sample", "--out", "two", "--organisations", "100", "--seed", "7", in: folder)
        #expect(first.code == 0 && second.code == 0, "\(first.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("one")).sorted()
        #expect(names == (try FileManager.default.contentsOfDirectory(atPath: folder.path("two")).sorted()))
        for name in names {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: folder.path("one/\(name)"), andPath: folder.path("two/\(name)")), "\(name)")
        }
        let loaded = try await Program.run(
            "ingest", "one", "--data", platform.data, "--rejects", "rejects.csv", "--json", in: folder)
        #expect(loaded.code == 1, "\(loaded.err)")
        let counts = Counts(try loaded.json())
        #expect(counts.addUp, "\(counts)")
        #expect(counts.rows == (try first.json()["rows"] as? Int))
        // answers.csv: file, line, column, expected, code, truth.
        let answers = CSVReader.rows(String(try folder.text("one/answers.csv").drop { $0 == "\u{FEFF}" })).dropFirst()
        let expected = Set(answers.filter { $0[3].hasPrefix("reject") }.map { "\($0[0]):\($0[1])" })
        let rejects = CSVReader.rows(String(try folder.text("rejects.csv").drop { $0 == "\u{FEFF}" })).dropFirst()
        let found = Set(rejects.map { "\($0[0]):\($0[1])" })
        #expect(
            found == expected,
            "rejected but not meant to be: \(found.subtracting(expected).sorted()), meant to be but not: \(expected.subtracting(found).sorted())"
        )
        #expect(found.count == counts.rejected)
    }
}
