import Foundation
import Testing

extension Served {
    @Test("who asks for the head of the stream alone has taken nothing over", arguments: [("HEAD", nil), ("GET", 3)])
    func streamTakenOver(_ method: String, _ place: Int?) async throws {
        let platform = try await Platform()
        let folder = platform.folder
        _ = try await platform.ingest(try folder.write("r.csv", Invented.registrations(1...5).csv), feed: "registration")
        let made = try await Program.run("account", "add", "lab", "--scope", "data", "--data", platform.data, in: folder)
        let key = try #require(made.text.split(separator: "\n").last?.split(separator: " ").last)
        let server = try await Server.start(data: platform.data, in: folder)
        let answer = try await server.request(
            method, "/api/v1/stream?after=3",
            headers: ["Authorization": "Basic " + Data("lab:\(key)".utf8).base64EncodedString()])
        #expect(answer.status == 200)
        let told = try await Program.run("consumers", "--data", platform.data, "--json", in: folder)
        let consumers = try #require(try told.json()["consumers"] as? [[String: Any]])
        #expect(consumers.first { $0["name"] as? String == "lab" }?["acknowledged"] as? Int == place)
    }
}
