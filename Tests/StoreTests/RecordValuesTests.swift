import CreditModel
import CreditRegistry
import TestSupport
import Testing

@testable import CreditServices
@testable import CreditStore

@Suite("what a record states, as it is kept")
struct RecordValuesTests {
    private static let names = ["amount", "basis", "content", "facts", "kind"]
    private static let letters: [Character] = ["a", "示", "例", "\"", "\\", "\n", "\u{1}", "\u{2}", "𠮷", " ", "/"]

    /// Some of the names, each with a text of anything.
    private static func invented(_ random: inout SplitMix64) -> [String: String] {
        var values: [String: String] = [:]
        for name in names where Bool.random(using: &random) {
            let count = Int.random(in: 0...6, using: &random)
            values[name] = String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        }
        return values
    }

    private static func canonical(_ values: [String: String]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in for name in names { if let value = values[name] { json.field(name, value) } } }
        return json.bytes
    }

    @Test("values packed and taken out again are the same, as text and as JSON", arguments: Seeds.standard)
    func packed(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let packing = Packing(number: 1, published: Self.names, internal: ["z"], dictionary: nil)
        for _ in 0..<50 {
            let stated = Self.invented(&random)
            let content = Packing.Content(
                statement: Statement(published: Self.canonical(stated), internal: nil), changes: nil,
                notes: [UInt8(ascii: "[")], ruleSet: nil)
            let plain = try #require(packing.plain(content))
            let taken = try #require(packing.values(plain))
            #expect(taken.values.all == stated)
            #expect(taken.changes == nil)
            #expect(taken.notes == [UInt8(ascii: "[")])
            for values in [taken.values, RecordValues(stated)] {
                #expect(Self.oneByOne(values) == Self.canonical(stated))
                #expect(Self.written(values, isShown: nil) == Self.canonical(stated))
                let isShown = Self.names.map { _ in Bool.random(using: &random) }
                let shown = Set(zip(Self.names, isShown).filter(\.1).map(\.0))
                #expect(Self.written(values, isShown: isShown) == Self.canonical(stated.filter { shown.contains($0.key) }))
            }
        }
    }

    private static func oneByOne(_ values: RecordValues) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for (name, position) in zip(names, values.positions(of: FieldKeys(names))) {
                values.write(at: position, key: JSONWriter.written(name), into: &json)
            }
        }
        return json.bytes
    }

    private static func written(_ values: RecordValues, isShown: [Bool]?) -> [UInt8] {
        var json = JSONWriter()
        let fields = FieldKeys(names)
        json.object { json in values.write(fields, at: values.positions(of: fields), isShown: isShown, into: &json) }
        return json.bytes
    }

    @Test("bytes that end too early are not taken for values")
    func damaged() throws {
        let packing = Packing(number: 1, published: ["a"], internal: [], dictionary: nil)
        let plain = try #require(
            packing.plain(
                Packing.Content(
                    statement: Statement(published: Array("{\"a\":\"1\"}".utf8), internal: nil), changes: nil,
                    notes: nil, ruleSet: nil)))
        #expect(packing.values(plain)?.values["a"] == "1")
        for count in 0..<plain.count { #expect(packing.values(Array(plain[..<count])) == nil) }
        #expect(packing.values(plain + [1]) == nil)
    }
}
