import CreditModel
import TestSupport
import Testing

@Suite("money in fen")
struct FenTests {
    static let yuan: Int64 = 100
    static let wan: Int64 = 1_000_000

    @Test(
        "plain decimals are read in the unit of their column",
        arguments: [
            ("0", yuan, 0), ("1234", yuan, 123_400), ("1234.5", yuan, 123_450), ("0.01", yuan, 1), ("1.500", yuan, 150),
            (".5", yuan, 50),
            ("0.2", wan, 200_000), ("0.000001", wan, 1), ("1.00000000", wan, 1_000_000), ("007", yuan, 700),
            ("92233720368547758", yuan, 9_223_372_036_854_775_800),
        ] as [(String, Int64, Int64)])
    func reads(_ text: String, _ unit: Int64, _ fen: Int64) {
        #expect(Fen(decimal: text, unitInFen: unit)?.value == fen)
    }

    @Test(
        "finer than a fen, signs, separators and what overflows are refused",
        arguments: [
            ("0.001", yuan), ("1.005", yuan), ("0.0000001", wan), ("-1", yuan), ("+1", yuan), ("1,000", yuan),
            ("1.2.3", yuan), ("", yuan),
            (".", yuan), ("1e3", yuan), ("１２", yuan), (" 1", yuan), ("92233720368547759", yuan),
            ("99999999999999999999", yuan),
            ("9223372036855", wan),
        ] as [(String, Int64)])
    func refuses(_ text: String, _ unit: Int64) { #expect(Fen(decimal: text, unitInFen: unit) == nil) }

    @Test("a large amount with idle decimals is read, as databases export NUMBER(18,6)")
    func idleDecimals() {
        #expect(Fen(decimal: "82950000.00", unitInFen: Self.wan)?.value == 82_950_000_000_000)
        #expect(Fen(decimal: "82950000.000000", unitInFen: Self.wan)?.value == 82_950_000_000_000)
    }

    @Test(
        "amounts are stored with two decimals and shown with separators",
        arguments: [
            (0, "0.00", "0"), (1, "0.01", "0.01"), (10, "0.10", "0.1"), (-5, "-0.05", "-0.05"),
            (123_456_789, "1234567.89", "1,234,567.89"),
            (100_000, "1000.00", "1,000"), (99_900, "999.00", "999"),
            (Int64.min, "-92233720368547758.08", "-92,233,720,368,547,758.08"),
        ] as [(Int64, String, String)])
    func prints(_ fen: Int64, _ plain: String, _ grouped: String) {
        #expect(Fen(fen).plain == plain)
        #expect(Fen(fen).grouped == grouped)
    }

    @Test("what is stored reads back as the same amount", arguments: Seeds.standard)
    func roundTrip(seed: UInt64) {
        var rng = SplitMix64(seed)
        for _ in 0..<200 {
            let fen = Fen(.random(in: 0...90_000_000_000_000_000, using: &rng))
            #expect(Fen(decimal: fen.plain, unitInFen: 100) == fen, "seed \(seed)")
        }
    }
}
