import ArgumentParser
import CreditContent
import CreditModel
import Foundation
import Logging

struct ContentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "content", abstract: "Look after news, policies, cases and events.",
        subcommands: [ContentCheckCommand.self])
}

struct ContentCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a content folder as the server would, and name every fault with its line.")

    @Argument(help: "The content folder.") var directory: String
    @OptionGroup var output: JSONFlag

    func run() throws {
        try ContentLocation.mustExist(directory)
        let folder = ContentFolder.read(directory)
        let counts = ContentSection.allCases.map { section in
            (section: section, count: folder.items.count { $0.section == section })
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("content", directory)
                json.object("items") { json in for entry in counts { json.field(entry.section.rawValue, entry.count) } }
                json.array("problems") { json in
                    for problem in folder.problems {
                        json.object { json in
                            json.field("file", problem.file)
                            json.field("line", problem.line.map(Int64.init))
                            json.field("message", problem.message)
                        }
                    }
                }
            }
            Console.print(json)
        } else {
            for problem in folder.problems { Console.print(problem.description) }
            let single = folder.items.filter { $0.languages.count == 1 }
            for item in single {
                Console.print("\(item.address.dropFirst()): only in \(item.languages.first == .chinese ? "zh" : "en"); readers of the other language see it with a note")
            }
            Console.print(
                "\(folder.items.count) items: " + counts.map { "\($0.section.rawValue) \($0.count)" }.joined(separator: ", ")
                    + (folder.problems.isEmpty ? "; no problems" : "; files with problems are left out"))
        }
        if !folder.problems.isEmpty { throw ExitCode(1) }
    }
}

/// Where a server's content is.
struct ContentLocation {
    let directory: String?

    /// - Throws: `UsageError` where a folder is named that does not exist.
    init(_ option: String?, _ data: DataDirectory) throws {
        if let option {
            try Self.mustExist(option)
            directory = option
        } else {
            directory = Self.exists(data.content) ? data.content : nil
        }
    }

    static func mustExist(_ path: String) throws {
        guard exists(path) else {
            throw UsageError(message: "there is no content folder `\(path)`; create it, or name another with --content")
        }
    }

    private static func exists(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The folder, read; what is wrong in it is said in the log and left out.
    func library(_ logger: Logger) -> ContentLibrary {
        ContentLibrary(
            directory: directory,
            report: { problems in
            for problem in problems {
                logger.warning("content left out", metadata: ["content.problem": "\(problem)"])
            }
        })
    }
}
