import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import CreditServer

/// Clients that keep a connection without using it, with time that the test moves on.
@Suite struct PatienceTests {
    /// One connection as the server sees it.
    private struct Connection {
        let loop = EmbeddedEventLoop()
        let channel: EmbeddedChannel
        static let limits = Patience.Limits(connections: 2, period: .seconds(10), progress: 1000, request: 100_000)

        init(from address: String = "192.0.2.1", visitors: Patience.Visitors = Patience.Visitors(exempt: [])) throws {
            channel = EmbeddedChannel(loop: loop)
            try channel.pipeline.syncOperations.addHandler(Patience(limits: Self.limits, visitors: visitors))
            try channel.connect(to: try SocketAddress(ipAddress: address, port: 4711)).wait()
        }

        func head(_ method: HTTPRequest.Method = .post) throws {
            try channel.writeInbound(
                HTTPRequestPart.head(HTTPRequest(method: method, scheme: nil, authority: nil, path: "/verify")))
        }
        func body(_ bytes: Int) throws {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0x61, count: bytes)))
        }
        func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }
        func pass(_ seconds: Int64) { loop.advanceTime(by: .seconds(seconds)) }
    }

    @Test("An upload that trickles is let go, one that goes on is not")
    func trickling() throws {
        let (slow, steady) = (try Connection(), try Connection())
        for connection in [slow, steady] {
            try connection.head()
            try connection.body(10)
        }
        for round in 1...5 {
            if slow.channel.isActive { try slow.body(10) }
            try steady.body(1000)
            slow.pass(10)
            steady.pass(10)
            #expect(steady.channel.isActive, "round \(round)")
        }
        #expect(!slow.channel.isActive)
        try steady.end()
        steady.pass(3600)
        #expect(steady.channel.isActive, "what it does between requests is not this handler's")
    }

    @Test("An upload without an end is let go, however fast it comes")
    func endless() throws {
        let connection = try Connection()
        try connection.head(.get)
        var sent = 0
        while connection.channel.isActive, sent < 1_000_000 {
            try connection.body(9000)
            sent += 9000
        }
        #expect(!connection.channel.isActive)
        #expect(sent < 120_000)
    }

    @Test("Two requests of the allowed size on one connection are two requests")
    func counted() throws {
        let connection = try Connection()
        for _ in 1...3 {
            try connection.head()
            try connection.body(90_000)
            try connection.end()
        }
        #expect(connection.channel.isActive)
    }

    @Test("A client has so many connections and no more, until one of them ends; a proxy has as many as it needs")
    func connections() throws {
        let visitors = Patience.Visitors(exempt: ["192.0.2.99"])
        let first = try Connection(visitors: visitors)
        let second = try Connection(visitors: visitors)
        let third = try Connection(visitors: visitors)
        #expect(first.channel.isActive && second.channel.isActive && !third.channel.isActive)
        let other = try Connection(from: "192.0.2.2", visitors: visitors)
        #expect(other.channel.isActive, "another client is not concerned")
        try first.channel.close().wait()
        let fourth = try Connection(visitors: visitors)
        #expect(fourth.channel.isActive)
        let proxies = try (1...5).map { _ in try Connection(from: "192.0.2.99", visitors: visitors) }
        let areAllIn = proxies.allSatisfy { $0.channel.isActive }
        #expect(areAllIn)
    }

    @Test("When most room is taken, newcomers with a few connections are still let in")
    func tight() throws {
        let visitors = Patience.Visitors(exempt: [])
        let limits = Patience.Limits(connections: 512, capacity: 1000)
        for address in ["a", "b"] { for _ in 1...375 { #expect(visitors.enter(address, limits)) } }
        #expect(!visitors.enter("a", limits))
        for _ in 1...32 { #expect(visitors.enter("c", limits)) }
        #expect(!visitors.enter("c", limits))
        for _ in 1...300 { visitors.leave("a") }
        #expect(visitors.enter("c", limits))
    }
}
