import Foundation
import Testing

/// What the public must not see is nowhere to be seen.
extension Served {
    private var everywhere: [String] {
        let numbers = [1, 2, 3, 12, 45]
        return city.pages + [
            "/publicity/penalties.csv", "/publicity/penalties.json", "/s.csv?q=%E7%A4%BA%E4%BE%8B",
            "/batches/\(city.receipt)/rejects.csv", "/api/v1/stream?after=0&limit=2000", "/data/directory.csv",
            "/api/v1/snapshots/\(city.snapshot)/administrative-penalty.csv",
            "/api/v1/snapshots/\(city.snapshot)/registration.jsonl",
        ]
            + numbers.flatMap {
                [
                    "/o/\(Invented.code($0))", "/o/\(Invented.code($0)).csv", "/api/v1/subjects/\(Invented.code($0))",
                    "/api/v1/subjects/\(Invented.code($0))/records",
                ]
            }
            + [
                "/api/v1/records/\(city.shownRecord)/proof", "/api/v1/records/\(city.markedRecord)/proof",
                "/api/v1/records?item=administrative-penalty&limit=500", "/api/v1/records/\(city.shownRecord)",
                "/api/v1/subjects?q=%E7%A4%BA%E4%BE%8B&limit=100",
                "/api/v1/batches/\(city.receipt)", "/api/v1/batches/\(city.receipt)/rejects",
                "/api/v1/subjects/\(city.practitioner.replacing("/", with: "%2F"))", "/p/\(city.practitioner)",
            ]
    }

    @Test("an internal field is in no public answer: neither the representative on a penalty nor a remark")
    func internalFields() async throws {
        for target in everywhere {
            let answer = try await get(target)
            #expect(answer.status == 200, "\(target): \(answer.status)")
            for hidden in [
                Invented.hiddenRepresentative, Invented.hiddenRemark, Invented.hiddenDecision,
                "\"legalRepresentative\":\"\(Invented.hiddenRepresentative)", "\"remarks\":",
            ] {
                #expect(!answer.text.contains(hidden), "\(target) shows \(hidden)")
            }
        }
        let officer = try await Program.run(
            "show", Invented.code(2), "--data", city.platform.data, "--json", in: city.platform.folder)
        #expect(
            officer.text.contains(Invented.hiddenRepresentative), "the test would prove nothing if it were not stored")
        let licence = try await Program.run(
            "show", city.practitioner, "--data", city.platform.data, "--json", in: city.platform.folder)
        #expect(licence.text.contains(Invented.hiddenDecision), "the test would prove nothing if it were not stored: \(licence.err)")
        let open = try await Program.run(
            "show", Invented.code(2), "--data", city.platform.data, "--as", "public", "--json", in: city.platform.folder
        )
        #expect(
            !open.text.contains(Invented.hiddenRepresentative) && open.text.contains(Invented.registeredRepresentative))
    }

    @Test("the legal representative is on the registration and nowhere else, and leads to nothing")
    func representative() async throws {
        let page = try await get("/o/\(Invented.code(1))").text
        #expect(page.contains(Invented.registeredRepresentative))
        #expect(page.firstMatch(of: #/<a [^>]*>[^<]*示例登记负责人甲/#) == nil, "no page of a person's name, so no link")
        let words = Invented.registeredRepresentative.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        #expect(try await get("/api/v1/subjects?q=\(words)").json()["total"] as? Int == 0)
        #expect(
            try await get("/api/v1/records?item=administrative-penalty&words=\(words)").json()["total"] as? Int == 0)
    }

    @Test("a record whose term is over answers 410 and is in no list, page, table or count")
    func ended() async throws {
        try expectProblem(try await get("/api/v1/records/\(city.endedRecord)"), 410, "gone", "API")
        #expect(try await get("/r/\(city.endedRecord)").status == 410)
        for target in everywhere {
            let text = try await get(target).text
            #expect(
                !text.contains("\"\(city.endedRecord)\"") && !text.contains("/r/\(city.endedRecord)\""), "\(target)")
            #expect(!text.contains("2022-03-04") && !text.contains("示应急罚〔2026〕46号"), "\(target) still shows it")
        }
        let officer = try await city.platform.show(Invented.code(1))["records"] as? [[String: Any]]
        #expect(officer?.contains { $0["id"] as? String == city.endedRecord } == true, "it is kept")
    }

    @Test("a record leaves by itself on the day after its term, without anybody doing anything")
    func leavesByItself() async throws {
        let target = "/api/v1/records/\(city.shownRecord)"
        let until = try #require(try await get(target).json()["published_until"] as? String)
        #expect(until == "2029-01-05")
        for (today, status) in [("2029-01-05", 200), ("2029-01-06", 410)] {
            let server = try await city.server(on: today)
            #expect(try await server.get(target).status == status, "\(today)")
            let total = try await server.get("/api/v1/records?item=administrative-penalty").json()["total"] as? Int
            #expect(total == (status == 200 ? ServedCity.shownPenalties : 0), "\(today)")
            _ = try await server.stop()
        }
    }
}
