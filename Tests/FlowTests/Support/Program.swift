import Foundation
import Testing

/// The built program, run as a process: what a person or a script would see of it.
enum Program {
    struct Outcome {
        /// Exit code, or nil where a signal ended it.
        let code: Int32?
        let signal: Int32?
        let out: Data
        let err: String

        var text: String { String(decoding: out, as: UTF8.self) }

        func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
            let object = try? JSONSerialization.jsonObject(with: out) as? [String: Any]
            return try #require(
                object, "stdout is no JSON object: \(text.prefix(300))\n\(err.prefix(500))", sourceLocation: location)
        }
    }

    /// Beside the test bundle, since both are products of one build; else where `CHENGXIN_PROGRAM` says.
    static let path: String? = {
        if let path = ProcessInfo.processInfo.environment["CHENGXIN_PROGRAM"] { return path }
        var folders = Bundle.allBundles.map { URL(filePath: $0.bundlePath).deletingLastPathComponent().path }
        // `swift test` runs a helper of the toolchain; the bundle is among its arguments.
        folders += CommandLine.arguments.filter { $0.contains(".xctest") }.map { argument in
            String(argument[..<(argument.range(of: "/", options: .backwards)?.lowerBound ?? argument.endIndex)])
        }
        if let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            folders.append(URL(filePath: executable).deletingLastPathComponent().path)
        }
        return folders.map { $0 + "/chengxin" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// The repository, found from this file's place in it.
    static let repository: String = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The day on which tests take place.
    static let today = "2026-11-23"

    static func environment(today: String = today) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["CHENGXIN_TODAY"] = today
        environment["CHENGXIN_CATALOGUE"] = environment["CHENGXIN_CATALOGUE"] ?? repository + "/Catalogue"
        environment["LC_ALL"] = "C.UTF-8"
        return environment
    }

    /// Starts the program; the caller ends it.
    static func start(
        _ arguments: [String], in folder: Folder, today: String = today, _ location: SourceLocation = #_sourceLocation
    ) throws -> Running {
        let program = try #require(
            path, "the program is not beside the tests; build it or set CHENGXIN_PROGRAM", sourceLocation: location)
        return try Running(program, arguments, environment(today: today), in: folder)
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: String..., in folder: Folder, today: String = today, _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await start(arguments, in: folder, today: today, location).end()
    }

    /// Runs another program (iconv, mount) to its end.
    static func tool(_ arguments: String..., in folder: Folder) async throws -> Outcome {
        try await Running("/usr/bin/env", arguments, ProcessInfo.processInfo.environment, in: folder).end()
    }
}

/// One process. What it prints goes to files, so that no full pipe can stop it.
final class Running: @unchecked Sendable {
    private let process = Process()
    private let output: URL
    private let errors: URL
    private let ended: AsyncStream<Void>

    init(_ program: String, _ arguments: [String], _ environment: [String: String], in folder: Folder) throws {
        let number = UUID().uuidString
        output = folder.url.appending(component: ".out-\(number)")
        errors = folder.url.appending(component: ".err-\(number)")
        for url in [output, errors] { try Data().write(to: url) }
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        ended = stream
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// The scheduling class of each thread (proc_pid_stat(5), field 41).
    func schedulingClasses() -> [Int] {
        let folder = "/proc/\(process.processIdentifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.compactMap { thread in
            // Fields are counted behind the name, which may hold blanks.
            guard let text = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return nil }
            let fields = text[end...].split(separator: " ")
            return fields.count > 39 ? Int(fields[39]) : nil
        }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// What it has printed until now.
    func soFar() throws -> String { String(decoding: try Data(contentsOf: output), as: UTF8.self) }

    func end() async throws -> Program.Outcome {
        for await _ in ended {}
        let bySignal = process.terminationReason == .uncaughtSignal
        return Program.Outcome(
            code: bySignal ? nil : process.terminationStatus, signal: bySignal ? process.terminationStatus : nil,
            out: try Data(contentsOf: output), err: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}

/// A folder of one test, gone when the test lets go of it.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(component: "chengxin-flow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func path(_ name: String) -> String { url.path + "/" + name }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: url.appending(component: name))
        return path(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, text.utf8) }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(component: name)), as: UTF8.self)
    }

    func size(_ name: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path(name))[.size] as? Int) ?? 0
    }
}
