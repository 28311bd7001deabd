import Foundation
import Testing

/// What readers see of a record that officers have touched.
extension Served {
    /// What the public may know of a record's last act of a kind.
    private func act(_ act: String, on record: String) async throws -> [String: Any] {
        let history = try await Program.run(
            "history", record, "--data", city.platform.data, "--json", in: city.platform.folder
        ).json()
        let revisions = history["revisions"] as? [[String: Any]] ?? []
        return try #require(
            revisions.compactMap { $0["revision"] as? [String: Any] }.last { $0["act"] as? String == act })
    }

    /// 2026-03-05 as 2026年3月5日.
    private func chinese(_ day: String) -> String {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        return parts.count == 3 ? "\(parts[0])年\(parts[1])月\(parts[2])日" : day
    }

    @Test("a withdrawn record answers 410 with day, reason and basis, and with nothing that it said")
    func withdrawn() async throws {
        let day = chinese(try #require(try await act("withdraw", on: city.withdrawnRecord)["effectiveOn"] as? String))
        let api = try await get("/api/v1/records/\(city.withdrawnRecord)")
        try expectProblem(api, 410, "gone", "API")
        let detail = try #require(try api.json()["detail"] as? String)
        #expect(detail == "自\(day)起撤回：原决定被撤销。依据：\(ServedCity.revokingDecision)。")
        let english = try await get("/api/v1/records/\(city.withdrawnRecord)?lang=en").json()["detail"] as? String
        #expect(english?.contains("the decision was revoked") == true)
        for target in ["/r/\(city.withdrawnRecord)", "/r/\(city.withdrawnRecord)/proof"] {
            let page = try await get(target)
            #expect(page.status == 410, "\(target)")
            for word in [day, "原决定被撤销", ServedCity.revokingDecision, "《中华人民共和国行政处罚法》第48条", "href=\"/log\""] {
                #expect(page.text.contains(word), "\(target) does not say \(word)")
            }
            for word in [
                Invented.name(4), Invented.code(4), "示应急罚〔2026〕4号", "罚款人民币4000元", Invented.authority,
                Invented.hiddenRepresentative,
            ] {
                #expect(!page.text.contains(word) && !api.text.contains(word), "\(target) still says \(word)")
            }
        }
        for target in [
            "/o/\(Invented.code(4))", "/o/\(Invented.code(4)).csv", "/publicity/penalties.csv",
            "/api/v1/subjects/\(Invented.code(4))",
        ] {
            #expect(!(try await get(target)).text.contains("示应急罚〔2026〕4号"), "\(target) still shows it")
        }
    }

    @Test("what ended says only that it is not shown: the address does not tell why")
    func endedSaysNothing() async throws {
        let page = try await get("/r/\(city.endedRecord)")
        #expect(page.status == 410 && !page.text.contains("已撤回"))
        #expect(try await get("/api/v1/records/\(city.endedRecord)").json()["detail"] as? String == "这条记录不公示。")
    }

    @Test("after the term of a withdrawn record its address says no more than any other that ended")
    func withdrawalIsForgotten() async throws {
        let server = try await city.server(on: "2029-01-06")
        let (withdrawn, ended) = (
            try await server.get("/api/v1/records/\(city.withdrawnRecord)"),
            try await server.get("/api/v1/records/\(city.endedRecord)")
        )
        _ = try await server.stop()
        #expect(withdrawn.status == 410 && withdrawn.text == ended.text)
    }

    @Test("a contested record says so with day, reason and basis on its page and with day and reason on its card")
    func marked() async throws {
        let recordedAt = try #require(try await act("mark", on: city.markedRecord)["recordedAt"] as? String)
        let instant = try #require(ISO8601DateFormatter.withMilliseconds.date(from: recordedAt))
        let sentence = chinese(Self.chinaDay(instant)) + "起标注：当事人提出异议。"
        let page = try await get("/r/\(city.markedRecord)").text
        #expect(page.contains(sentence) && page.contains(ServedCity.objectionPaper) && page.contains("异议处理中"))
        let card = try await get("/o/\(Invented.code(5))").text
        #expect(card.contains(sentence) && card.contains("href=\"/r/\(city.markedRecord)/proof\""))
        let record = try await get("/api/v1/records/\(city.markedRecord)").json()
        #expect(record["mark"] as? String == "objection" && record["state"] as? String == "shown")
        #expect(!(try await get("/r/\(city.shownRecord)")).text.contains("起标注"))
    }

    private static func chinaDay(_ date: Date) -> String {
        let shifted = date.addingTimeInterval(8 * 3600)
        return String(ISO8601DateFormatter().string(from: shifted).prefix(10))
    }

    @Test("a correction by an officer stands in the history with its basis and the day from which it holds")
    func corrected() async throws {
        let page = try await get("/r/\(city.correctedRecord)").text
        #expect(page.contains("当事人未记录培训情况。") && page.contains(ServedCity.correctingPaper))
        #expect(page.contains("更正内容：提供单位更正，自2026年1月5日起有效。"), "the day of effect")
        #expect(!page.contains("示例科"), "officers are named in the audit, not on the page")
        let record = try await get("/api/v1/records/\(city.correctedRecord)").json()
        #expect(record["source"] is NSNull && record["revision"] as? Int == 2, "\(record["revision"] ?? "")")
    }

    @Test("a record's page says its class, the rule of its day, all three clocks and from when repair may be asked for")
    func term() async throws {
        let record = try await get("/api/v1/records/\(city.shownRecord)").json()
        let page = try await get("/r/\(city.shownRecord)").text
        for key in ["published_until", "disclosed_until", "repairable_from"] {
            let day = try #require(record[key] as? String, "\(key)")
            #expect(page.contains(chinese(day)), "\(key) \(day) is not on the page")
        }
        #expect(record["rule_set"] as? String == "penalty-order-58" && record["severity"] as? String == "general")
        for word in ["一般失信", "国家发展改革委令第58号", "2023年5月1日至2026年3月31日的决定", "公示三个月至三年"] {
            #expect(page.contains(word), "\(word)")
        }
    }

    @Test("an item's page states its three clocks with basis, and what is to be confirmed")
    func itemClocks() async throws {
        let penalty = try await get("/catalogue/administrative-penalty").text
        for word in [
            "一般失信，公示三个月至一年", "严重失信，公示一年至三年", "2019年6月30日及以前的决定", "不早于公示截止", "30 年", "待核实", "3 个工作日内撤回",
        ] {
            #expect(penalty.contains(word), "\(word)")
        }
        #expect(try await get("/catalogue/abnormal-operation").text.contains("自列入日期起最长 3 年"))
        #expect(try await get("/catalogue").text.contains("公示：轻微失信：不公示；一般失信：3 个月至 1 年；严重失信：1 年至 3 年。"))
    }
}

extension ISO8601DateFormatter {
    fileprivate static var withMilliseconds: ISO8601DateFormatter {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter
    }
}
