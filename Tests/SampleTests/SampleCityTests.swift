import CreditCatalogue
import CreditModel
import Foundation
import Testing

@testable import CreditSample

@Suite struct SampleCityTests {
    let fixture: SampleFixture

    init() throws { fixture = try SampleFixture.shared.get() }

    private func city(organisations: Int, seed: UInt64) -> City {
        City(organisations: organisations, seed: seed, today: fixture.today)
    }

    private func text(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer(capacity: 64)
        write(&buffer)
        return String(decoding: UnsafeBufferPointer(start: buffer.base, count: buffer.count), as: UTF8.self)
    }

    @Test("the same seed, sizes and day give the same bytes; another seed gives others")
    func deterministic() throws {
        let again = SampleFixture.newDirectory()
        let other = SampleFixture.newDirectory()
        defer { for path in [again, other] { try? FileManager.default.removeItem(atPath: path) } }
        func write(_ seed: UInt64, _ path: String) throws -> SampleCity.Summary {
            try SampleCity(catalogue: fixture.catalogue, organisations: 700, seed: seed, today: fixture.today).write(
                to: path)
        }
        let summary = try write(7, again)
        #expect(summary.files == fixture.summary.files)
        for name in summary.files.map(\.name) + ["answers.csv"] {
            let same = FileManager.default.contentsEqual(atPath: "\(again)/\(name)", andPath: fixture.path(name))
            #expect(same, "\(name)")
        }
        _ = try write(8, other)
        #expect(
            !FileManager.default.contentsEqual(atPath: "\(other)/licence.csv", andPath: fixture.path("licence.csv")))
    }

    @Test("every feed of the catalogue has rows, and all other forms are there")
    func everyFeed() {
        for feed in fixture.catalogue.feeds {
            #expect(
                fixture.summary.files.contains { $0.feed == feed.id && $0.name == "\(feed.id).csv" && $0.rows > 0 },
                "\(feed.id)")
        }
        let names = Set(fixture.summary.files.map(\.name))
        let forms: Set = [
            "licence-2016.csv", "penalty-gb18030.csv", "honour.json", "abnormal.jsonl", "commitment.xml",
            "contract.tsv",
        ]
        #expect(names.isSuperset(of: forms))
        #expect(fixture.summary.files.first?.feed == "registration")
    }

    @Test("there are as many registrations and records as asked for, and about six in a hundred are flawed")
    func sizes() {
        #expect(fixture.summary.rows == 700 + 700 * 13)
        #expect((40...80).contains(fixture.summary.dirtyRows * 1000 / fixture.summary.rows))
        for file in fixture.summary.files {
            #expect(fixture.answers[file.name, default: [:]].count == file.dirtyRows, "\(file.name)")
        }
    }

    @Test(
        "no two organisations share a name or a code, and every code is sound but the few pilot codes",
        arguments: [1, 99] as [UInt64])
    func unique(seed: UInt64) {
        let city = city(organisations: 20_000, seed: seed)
        var names = Set<String>()
        var codes = Set<String>()
        var unsound = 0
        for index in 0..<20_000 {
            let organisation = city[index]
            let name = text { city.appendName(of: organisation, to: &$0) }
            let code = text { city.appendCode(of: organisation, to: &$0) }
            #expect(name.contains("示例"))
            #expect(names.insert(name).inserted, "\(name)")
            #expect(codes.insert(code).inserted, "\(code)")
            #expect(code.dropFirst(2).hasPrefix("99"), "\(code)")
            if (try? UnifiedCode(code)) == nil { unsound += 1 }
            #expect(
                (try? RegistrationNumber(text { city.appendRegistrationNumber(of: organisation, to: &$0) }))?
                    .isVerifiable == true)
            #expect(organisation.established < organisation.last && organisation.last < fixture.today.daysSinceEpoch)
        }
        #expect(unsound == 3 && city.pilots.count == 3)
    }

    @Test("the authorities have sound codes of their own, the market regulator the one of the catalogue's examples")
    func authorities() throws {
        let city = city(organisations: 2000, seed: 1)
        var codes = Set<String>()
        for index in 0..<Authority.count {
            let code = text { city.appendCode(of: Authority(index: index), to: &$0) }
            _ = try UnifiedCode(code)
            #expect(code.hasPrefix("1199"))
            codes.insert(code)
            #expect(text { $0.append(Authority(index: index)) }.hasPrefix("示例市"))
        }
        #expect(codes.count == Authority.count)
        #expect(text { city.appendCode(of: .city(.market), to: &$0) } == "1199000000990011XW")
        // The authorities are registered like anyone, under the same codes.
        #expect(text { city.appendCode(of: city[0], to: &$0) } == "1199000000990011XW")
    }

    @Test("the districts are those of the catalogue's table")
    func districts() {
        for (index, name) in Words.districts.enumerated() {
            #expect(fixture.catalogue.divisions[String(990_101 + index)]?.name == "\(name)")
        }
    }

    @Test("no citizen's number and no bank card stands in any file")
    func noPersonalNumbers() throws {
        for name in fixture.summary.files.map(\.name) + ["answers.csv"] {
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: fixture.path(name))))
            #expect(!CitizenNumber.occurs(in: bytes), "\(name)")
            #expect(!BankCardNumber.occurs(in: bytes), "\(name)")
        }
    }

    @Test("people are roles with made-up names, and a truth never names one")
    func nobodyIsReal() throws {
        let practitioners = try SampleFixture.rows(of: fixture.path("practitioner.csv")).dropFirst()
        #expect(practitioners.allSatisfy { $0[0].hasPrefix("示例") && $0[0].contains("-") })
        let registrations = try SampleFixture.rows(of: fixture.path("registration.csv")).dropFirst()
        #expect(registrations.allSatisfy { $0[6].hasPrefix("示例") })
        for (_, lines) in fixture.answers {
            for (_, key) in lines where key.code == "subject-natural-person" { #expect(key.truth.isEmpty) }
        }
    }

    @Test(
        "sizes that cannot make a city are refused",
        arguments: [(99, 1000), (2000, 99), (200, 8001), (900_000_000, 1000)])
    func refusedSizes(organisations: Int, records: Int) {
        let sample = SampleCity(
            catalogue: fixture.catalogue, organisations: organisations, records: records, today: fixture.today)
        #expect(throws: SampleError(code: .sizeOutOfRange, detail: "")) {
            try sample.write(to: SampleFixture.newDirectory())
        }
    }

    @Test(
        "fines are written out in capitals as the law has them",
        arguments: [
            (2000, "贰仟"), (10_000, "壹万"), (16_220, "壹万陆仟贰佰贰拾"), (100_500, "壹拾万零伍佰"), (305_000, "叁拾万伍仟"), (1005, "壹仟零伍"),
        ])
    func capitals(number: Int, words: String) {
        #expect(FlawMaker.capitals(number) == words)
        #expect(ChineseNumeral.integer(words) == Int64(number))
    }

    @Test(
        "every row of a feed belongs to one member, and the first members have most", arguments: [0.0, 0.3, 0.8, 1.0])
    func spread(flat: Double) {
        let spread = Spread(rows: 5000, members: 321, flat: flat)
        var counts = [Int](repeating: 0, count: 321)
        for row in 0..<5000 {
            let place = spread.place(of: row)
            #expect(place.turn == counts[place.member] && place.turn < place.turns)
            counts[place.member] += 1
        }
        #expect(counts.reduce(0, +) == 5000)
        if flat < 1 {
            #expect(counts[0] > counts[320] * 3)
        } else {
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test("a permutation visits everything once", arguments: [1, 2, 7, 100, 9973])
    func permutation(count: Int) {
        for seed in 0..<5 as Range<UInt64> {
            let order = Permutation(count: count, seed: seed)
            #expect(Set((0..<count).map { order[$0] }) == Set(0..<count))
        }
    }
}
