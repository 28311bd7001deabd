import Foundation
import Testing

/// `chengxin serve` on a free port. It ends with `stop`, and by itself when the tests go away.
final class Server: @unchecked Sendable {
    let port: Int
    private let process: Process
    /// The shell around the program waits on this; when nobody holds it any more, it ends the program.
    private let life: Pipe
    private let ended: AsyncStream<Void>

    static func start(data: String, in folder: Folder, today: String = Program.today, _ more: String...) async throws
        -> Server
    {
        let program = try #require(
            Program.path, "the program is not beside the tests; build it or set CHENGXIN_PROGRAM")
        let process = Process()
        let (life, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "\"$@\" & p=$!; cat >/dev/null; kill -TERM $p; wait $p", "sh", program, "serve", "--data", data,
            // All tests are one client.
            "--port", "0", "--rate-limit", "1000000",
        ] + more
        process.environment = Program.environment(today: today)
        process.currentDirectoryURL = folder.url
        process.standardInput = life
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: URL(filePath: try folder.write(".server-errors", "")))
        let (ended, ending) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ending.finish() }
        let (lines, text) = AsyncStream.makeStream(of: Data.self)
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { text.finish() } else { text.yield(data) }
        }
        try process.run()
        var said = ""
        for await data in lines {
            said += String(decoding: data, as: UTF8.self)
            if said.contains("\n") { break }
        }
        output.fileHandleForReading.readabilityHandler = nil
        guard let match = said.firstMatch(of: /serving on http:\/\/127\.0\.0\.1:(\d+)/), let port = Int(match.1) else {
            process.terminate()
            throw Unexpected(what: "serve did not start: \(said) \((try? folder.text(".server-errors")) ?? "")")
        }
        return Server(port: port, process: process, life: life, ended: ended)
    }

    private init(port: Int, process: Process, life: Pipe, ended: AsyncStream<Void>) {
        (self.port, self.process, self.life, self.ended) = (port, process, life, ended)
    }

    /// Asks it to stop and gives its exit code.
    func stop() async throws -> Int32 {
        try life.fileHandleForWriting.close()
        for await _ in ended {}
        return process.terminationStatus
    }

    func get(_ target: String, headers: [String: String] = [:]) async throws -> Answer {
        try await request("GET", target, headers: headers)
    }

    func request(_ method: String, _ target: String, headers: [String: String] = [:], body: String = "") async throws
        -> Answer
    {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Wire.exchange(port: port, method, target, headers, body) })
            }
        }
    }
}

/// What the server answered, as it came over the wire.
struct Answer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        try #require(
            try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
            "no JSON object: \(status) \(text.prefix(300))", sourceLocation: location)
    }
}

/// HTTP/1.1 by hand: nothing follows redirects, mends addresses or keeps cookies behind a test's back.
private enum Wire {
    static func exchange(
        port: Int, _ method: String, _ target: String, _ headers: [String: String], _ body: String = ""
    ) throws -> Answer {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Unexpected(what: "socket: errno \(errno)") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Unexpected(what: "connect: errno \(errno)") }
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        if method != "GET", method != "HEAD" { lines.append("Content-Length: \(body.utf8.count)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Unexpected(what: "send: errno \(errno)") }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
        }
        return try parse(received, hasBody: method != "HEAD")
    }

    private static func parse(_ bytes: [UInt8], hasBody: Bool) throws -> Answer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Unexpected(what: "no answer (\(bytes.count) bytes)")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Unexpected(what: lines.first ?? "")
        }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        let isChunked = headers.contains {
            $0.name.lowercased() == "transfer-encoding" && $0.value.lowercased() == "chunked"
        }
        let rest = Array(bytes[end.upperBound...])
        return Answer(status: status, headers: headers, body: hasBody ? (isChunked ? try unchunk(rest) : rest) : [])
    }

    private static func unchunk(_ bytes: [UInt8]) throws -> [UInt8] {
        var body: [UInt8] = []
        var position = 0
        while true {
            guard let lineEnd = bytes[position...].firstRange(of: [13, 10]),
                let size = Int(String(decoding: bytes[position..<lineEnd.lowerBound], as: UTF8.self), radix: 16),
                lineEnd.upperBound + size <= bytes.count
            else { throw Unexpected(what: "the answer broke off") }
            if size == 0 { return body }
            body += bytes[lineEnd.upperBound..<lineEnd.upperBound + size]
            position = lineEnd.upperBound + size + 2
        }
    }
}
