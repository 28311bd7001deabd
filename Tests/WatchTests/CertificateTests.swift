import CreditModel
import CreditServices
import CreditStore
import CreditWatch
import Foundation
import TestSupport
import Testing

@Suite("A receiver proves who it is")
struct CertificateTests {
    @Test("a certificate that nobody vouches for is not believed, and the message is not sent", .timeLimit(.minutes(1)))
    func selfSigned() async throws {
        let city = try await WatchedCity()
        let folder = city.city.directory
        let (certificate, port, taken) = (folder.file("own.pem"), folder.file("port"), folder.file("taken"))
        // Python's server and OpenSSL's certificate: a receiver as anybody could set it up.
        let script = """
            import http.server, ssl, subprocess, sys
            pem, port, taken = sys.argv[1:]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", pem, "-out", pem + ".crt"],
                check=True, stderr=subprocess.DEVNULL)
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    open(taken, "w").write("taken")
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem + ".crt", pem)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            open(port + ".new", "w").write(str(server.server_address[1]))
            import os; os.rename(port + ".new", port)
            while True:
                server.handle_request()
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, certificate, port, taken]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        while !FileManager.default.fileExists(atPath: port) {
            try #require(process.isRunning, "python3 or openssl is missing")
            await Task.yield()
        }
        let number = String(decoding: try Data(contentsOf: URL(filePath: port)), as: UTF8.self)
        let watch = try await city.watch(to: "https://localhost:\(number)/hook")
        try await city.penalty()
        #expect(try await city.round().run().failed == 1)
        #expect(try await city.store.watch(watch.id)?.attempts == 1)
        #expect(!FileManager.default.fileExists(atPath: taken))
        for pause in WatchRound.pausesInSeconds {
            city.pass(seconds: pause)
            _ = try await city.round().run()
        }
        #expect(try await city.store.watch(watch.id)?.failing?.reason == "certificate")
        #expect(!FileManager.default.fileExists(atPath: taken))
    }
}
