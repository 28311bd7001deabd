import CreditModel
import TestSupport
import Testing

@Suite("Chinese numerals")
struct ChineseNumeralTests {
    @Test(
        "everyday and capital numerals are read",
        arguments: [
            ("零", 0), ("十", 10), ("十五", 15), ("二十", 20), ("一百零五", 105), ("一百一十五", 115), ("两千", 2000), ("三万", 30_000),
            ("十二万", 120_000), ("一亿零五百万", 105_000_000), ("壹佰万", 1_000_000), ("叁拾万零伍佰", 300_500), ("壹万陆仟贰佰贰拾", 16_220),
            ("贰仟零贰拾陆", 2026), ("二〇一八", 2018), ("二零二六", 2026), ("一萬億", 1_000_000_000_000), ("參拾", 30),
        ] as [(String, Int64)])
    func reads(_ text: String, _ value: Int64) { #expect(ChineseNumeral.integer(text) == value) }

    @Test("what is no numeral is none", arguments: ["", "约两千", "万", "亿", "12", "一百元", "三点五"])
    func refuses(_ text: String) { #expect(ChineseNumeral.integer(text) == nil) }

    @Test("digits in a row before a unit make no sense and are refused", arguments: ["一二万", "二三百", "五五万", "二十一八"])
    func senseless(_ text: String) {
        #expect(ChineseNumeral.integer(text) == nil)
    }

    @Test("a numeral written in everyday or capital characters is read as itself", arguments: Seeds.standard)
    func roundTrip(seed: UInt64) {
        var rng = SplitMix64(seed)
        for round in 0..<300 {
            let limit: Int64 = [99, 9999, 99_999_999, 999_999_999_999][round % 4]
            let value = Int64.random(in: 1...limit, using: &rng)
            for isCapital in [false, true] {
                let text = NumeralWriter.write(value, capital: isCapital)
                #expect(ChineseNumeral.integer(text) == value, "seed \(seed): \(value) is written \(text)")
            }
        }
    }

    #if os(Linux)
        // A crash of one row is a crash of the whole platform, so these run in a process of their own.
        @Test("a numeral too large for any amount is refused and does not stop the process")
        func overflowOfUnits() async {
            await #expect(processExitsWith: .success) { _ = ChineseNumeral.integer("一亿亿亿") }
        }

        @Test("twenty-four positional digits are refused and do not stop the process")
        func overflowOfDigits() async {
            await #expect(processExitsWith: .success) { _ = ChineseNumeral.integer("九九九九九九九九九九九九九九九九九九九九九九九九") }
        }
    #endif
}

/// Writes numerals as 财务 rules do: 零 stands once for any run of zeros inside.
enum NumeralWriter {
    static func write(_ value: Int64, capital: Bool) -> String {
        let digits = Array(capital ? "零壹贰叁肆伍陆柒捌玖" : "零一二三四五六七八九")
        let small = Array(capital ? "拾佰仟" : "十百千")
        var groups: [Int] = []
        var rest = value
        while rest > 0 {
            groups.append(Int(rest % 10_000))
            rest /= 10_000
        }
        var text = ""
        for index in groups.indices.reversed() {
            let group = groups[index]
            if group == 0 { continue }
            if !text.isEmpty, group < 1000 || (index + 1 < groups.count && groups[index + 1] == 0) {
                text.append(digits[0])
            }
            var pendingZero = false
            var started = false
            for (place, unit) in [1000, 100, 10, 1].enumerated() {
                let digit = group / unit % 10
                if digit == 0 {
                    pendingZero = started
                    continue
                }
                if pendingZero { text.append(digits[0]) }
                pendingZero = false
                started = true
                text.append(digits[digit])
                if place < 3 { text.append(small[2 - place]) }
            }
            text += ["", "万", "亿"][index]
        }
        return text
    }
}
