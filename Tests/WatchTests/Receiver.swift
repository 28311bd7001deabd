import Foundation
import Glibc
import Synchronization

/// A receiver of webhooks on this machine, with a temper of its own.
final class Receiver: Sendable {
    enum Temper: Sendable {
        case answers(Int, String = "")
        /// Takes the request and closes without a word: to the sender it may have arrived or not.
        case closes
        /// Takes the request and says nothing until the test ends.
        case hangs
    }

    struct Request: Sendable {
        let headers: [String: String]
        let body: Data

        var id: String { headers["webhook-id"] ?? "" }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:] }
        var data: [String: Any] { json["data"] as? [String: Any] ?? [:] }
        var events: [[String: Any]] { data["events"] as? [[String: Any]] ?? [] }
        var kinds: [String] { events.compactMap { $0["kind"] as? String } }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private struct State {
        var requests: [Request] = []
        var temper: Temper
        var held: [Int32] = []
    }
    private let state: Mutex<State>
    private let listener: Int32
    let port: UInt16

    init(_ temper: Temper = .answers(204)) throws {
        state = Mutex(State(temper: temper))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(listener, plain, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, plain, &length) == 0
            }
        }
        guard listener >= 0, bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                guard let self else {
                    close(connection)
                    return
                }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        state.withLock { for connection in $0.held { close(connection) } }
    }

    var address: String { "http://127.0.0.1:\(port)/hook" }
    var requests: [Request] { state.withLock { $0.requests } }
    func become(_ temper: Temper) { state.withLock { $0.temper = temper } }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else {
            close(connection)
            return
        }
        let temper = state.withLock { state in
            state.requests.append(request)
            return state.temper
        }
        switch temper {
        case .answers(let status, let more):
            let answer = Array("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nConnection: close\r\n\(more)\r\n".utf8)
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            close(connection)
        case .closes: close(connection)
        case .hangs: state.withLock { $0.held.append(connection) }
        }
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            var headers: [String: String] = [:]
            for line in String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1] }
            }
            guard let length = headers["content-length"].flatMap(Int.init) else { return nil }
            if bytes.count - end.upperBound >= length {
                return Request(headers: headers, body: Data(bytes[end.upperBound..<(end.upperBound + length)]))
            }
        }
    }
}
