import CreditModel

/// Puts one flaw into a row that is otherwise right. Returns nil, and leaves the row alone, where that cannot be.
struct FlawMaker {
    let layout: Layout
    let city: City
    /// Characters that the catalogue allows in the remarks.
    let remarksLimit: Int

    func make(_ flaw: Flaw, in row: inout Row, _ facts: RowFacts, _ rng: inout SplitMix64) -> Answer? {
        switch flaw {
        case .fullWidthCode, .lowerCaseCode, .blanksInCode, .hyphensInCode, .letterForZero, .swappedCharacters,
            .wrongCheckCharacter, .shortCode:
            return misspeltCode(flaw, &row, &rng)
        case .oldNumberForCode, .unverifiableNumberOnly, .noNumber, .wrongRegistrationNumber, .wrongOrganisationCode,
            .codesDisagree:
            return otherNumber(flaw, &row, facts, &rng)
        case .blanksInName, .formerNameInBrackets, .missingName, .naturalPerson, .personalName:
            return name(flaw, &row, facts, &rng)
        case .chineseDay, .slashedDay, .compactDay, .serialDay, .dayWithClock, .impossibleDay, .unreadableDay,
            .futureDay, .daysReversed:
            return day(flaw, &row, &rng)
        case .capitalNumerals, .wrongUnit, .otherAmount, .negativeAmount, .amountInWords:
            return money(flaw, &row, facts)
        default: return other(flaw, &row, &rng)
        }
    }

    // MARK: codes

    private func misspeltCode(_ flaw: Flaw, _ row: inout Row, _ rng: inout SplitMix64) -> Answer? {
        guard let cell = layout.code, row.length(of: cell) == 18 else { return nil }
        let right = row[cell]
        var wrong = right
        let answer: Answer
        switch flaw {
        case .fullWidthCode:
            row.replace(cell, with: Self.fullWidth(right))
            return Answer(cell, .clean, "width-folded", truth: right)
        case .lowerCaseCode:
            wrong = right.map { (65...90).contains($0) ? $0 + 32 : $0 }
            guard wrong != right else { return nil }
            answer = Answer(cell, .clean, "case-raised", truth: right)
        case .blanksInCode:
            wrong.insert(0x20, at: 8)
            answer = Answer(cell, .clean, "blanks-removed", truth: right)
        case .hyphensInCode:
            wrong.insert(0x2D, at: 17)
            wrong.insert(0x2D, at: 8)
            answer = Answer(cell, .clean, "hyphens-removed", truth: right)
        case .letterForZero:
            guard let zero = right.firstIndex(of: 48) else { return nil }
            wrong[zero] = UInt8(ascii: "O")
            answer = Answer(cell, .reject, "uscc-character", truth: right)
        case .swappedCharacters:
            guard let at = (8..<16).first(where: { right[$0] != right[$0 + 1] }) else { return nil }
            wrong.swapAt(at, at + 1)
            answer = Answer(cell, .reject, "uscc-check-digit", truth: right)
        case .shortCode:
            wrong.remove(at: 12)
            answer = Answer(cell, .reject, "uscc-length", truth: right)
        default:
            let others = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8).filter { $0 != right[17] }
            wrong[17] = others[rng.below(others.count)]
            answer = Answer(cell, .reject, "uscc-check-digit", truth: right)
        }
        row.replace(cell, with: wrong)
        return answer
    }

    private func otherNumber(_ flaw: Flaw, _ row: inout Row, _ facts: RowFacts, _ rng: inout SplitMix64) -> Answer? {
        guard let cell = layout.code, row.length(of: cell) == 18 else { return nil }
        let code = row[cell]
        switch flaw {
        case .oldNumberForCode:
            guard let organisation = facts.organisation, organisation.hasRegistrationNumber else { return nil }
            blankOtherNumbers(&row)
            row.replace(cell, with: registrationNumber(organisation))
            return Answer(cell, .clean, layout.takesAnyCode ? "" : "moved-column", truth: code)
        case .unverifiableNumberOnly:
            // Thirteen digits, from before there was a check digit.
            guard let organisation = facts.organisation, organisation.established < Organisation.unifiedCodeBegan else {
                return nil
            }
            blankOtherNumbers(&row)
            row.replace(cell, with: Array(registrationNumber(organisation).prefix(13)))
            return Answer(cell, .waiting, "legacy-identifier", truth: code)
        case .noNumber:
            blankOtherNumbers(&row)
            row.replace(cell, with: [])
            return Answer(cell, .waiting, "", truth: code)
        case .wrongRegistrationNumber:
            guard let number = layout.registrationNumber, row.length(of: number) == 15 else { return nil }
            let right = row[number]
            var wrong = right
            wrong[14] = 48 + (wrong[14] - 48 + 1 + UInt8(rng.below(8))) % 10
            row.replace(number, with: wrong)
            return Answer(number, .reject, "registration-number-check-digit", truth: right)
        default:
            guard let own = layout.organisationCode else { return nil }
            let inner = Array(code[8..<17])
            if flaw == .wrongOrganisationCode {
                var wrong = inner
                wrong[8] = wrong[8] == 0x35 ? 0x36 : 0x35
                row.replace(own, with: wrong)
                return Answer(own, .reject, "organisation-code-check-digit", truth: inner)
            }
            var text = ByteBuffer(capacity: 32)
            city.appendCode(of: .city(.data), to: &text)
            row.replace(own, with: Array(UnsafeBufferPointer(start: text.base + 8, count: 9)))
            return Answer(own, .reject, "identifiers-disagree", truth: inner)
        }
    }

    private func blankOtherNumbers(_ row: inout Row) {
        for cell in [layout.registrationNumber, layout.organisationCode].compactMap(\.self) {
            row.replace(cell, with: [])
        }
    }

    private func registrationNumber(_ organisation: Organisation) -> [UInt8] {
        var text = ByteBuffer(capacity: 32)
        city.appendRegistrationNumber(of: organisation, to: &text)
        return Array(UnsafeBufferPointer(start: text.base, count: text.count))
    }

    private static func fullWidth(_ text: [UInt8]) -> String {
        var result = String.UnicodeScalarView()
        for byte in text { if let scalar = Unicode.Scalar(UInt32(byte) + 0xFEE0) { result.append(scalar) } }
        return String(result)
    }

    // MARK: names

    private func name(_ flaw: Flaw, _ row: inout Row, _ facts: RowFacts, _ rng: inout SplitMix64) -> Answer? {
        guard let cell = layout.name else { return nil }
        let right = row[cell]
        guard right.count > 12 else { return nil }
        switch flaw {
        case .blanksInName:
            // Names begin with two or more characters of three bytes.
            row.replace(cell, with: Array(right[..<6]) + [0x20] + Array(right[6...]))
            return Answer(cell, .clean, "blanks-removed", truth: right)
        case .formerNameInBrackets:
            guard let organisation = facts.organisation, organisation.hasFormerName else { return nil }
            row.replace(cell, with: right + Array("（原名：".utf8) + row[cell + 1] + Array("）".utf8))
            row.replace(cell + 1, with: [])
            return Answer(cell, .clean, "former-name-split", truth: right)
        case .missingName:
            row.replace(cell, with: [])
            return Answer(cell, .reject, "required-missing", truth: right)
        case .naturalPerson:
            guard let party = layout.party, let code = layout.code else { return nil }
            blankOtherNumbers(&row)
            row.replace(code, with: [])
            row.replace(party, with: "自然人")
            row.replace(cell, with: "示例\(Words.stems[rng.below(Words.stems.count)])\(1 + rng.below(999))")
            return Answer(party, .reject, "subject-natural-person")
        default:
            guard let code = layout.code else { return nil }
            blankOtherNumbers(&row)
            row.replace(code, with: [])
            row.replace(cell, with: "示例\(Words.stems[rng.below(Words.stems.count)])")
            return Answer(cell, .reject, "subject-natural-person")
        }
    }

    // MARK: days

    private func day(_ flaw: Flaw, _ row: inout Row, _ rng: inout SplitMix64) -> Answer? {
        if flaw == .daysReversed { return reversedDays(&row, &rng) }
        guard let cell = layout.day else { return nil }
        let right = row[cell]
        guard let date = Day(iso: String(decoding: right, as: UTF8.self)) else { return nil }
        let (year, month, day) = date.parts
        func answer(_ text: String, _ expected: Answer.Expected, _ code: StaticString) -> Answer {
            row.replace(cell, with: text)
            return Answer(cell, expected, code, truth: right)
        }
        switch flaw {
        case .chineseDay: return answer("\(year)年\(month)月\(day)日", .clean, "chinese-date")
        case .slashedDay: return answer("\(year)/\(month)/\(day)", .clean, "date-form")
        case .compactDay: return answer(String(date.description.filter { $0 != "-" }), .clean, "date-form")
        case .dayWithClock: return answer("\(date) 00:00:00", .clean, "date-form")
        // Spreadsheets count from 30 December 1899.
        case .serialDay: return answer(String(date.daysSinceEpoch + 25_569), .clean, "excel-serial-date")
        case .impossibleDay: return answer("\(year)-02-30", .reject, "day-impossible")
        case .unreadableDay: return answer("见原件", .reject, "day-unreadable")
        default:
            return answer(
                Day(daysSinceEpoch: city.today + 3 + Int32(rng.below(300))).description, .reject, "day-in-future")
        }
    }

    private func reversedDays(_ row: inout Row, _ rng: inout SplitMix64) -> Answer? {
        guard let period = layout.period, let from = Day(iso: String(decoding: row[period.from], as: UTF8.self)) else {
            return nil
        }
        let right = row[period.until]
        guard Day(iso: String(decoding: right, as: UTF8.self)) != nil else { return nil }
        row.replace(period.until, with: from.adding(days: -1 - rng.below(300)).description)
        return Answer(period.until, .reject, "day-order", truth: right)
    }

    // MARK: money

    private func money(_ flaw: Flaw, _ row: inout Row, _ facts: RowFacts) -> Answer? {
        guard let cell = layout.fine, facts.fine > 0, row.length(of: cell) > 0 else { return nil }
        let right = row[cell]
        switch flaw {
        case .capitalNumerals:
            row.replace(cell, with: Self.capitals(facts.fine) + "元整")
            return Answer(cell, .clean, "capital-numerals", truth: right)
        case .wrongUnit:
            // Yuan in a column of 万元, or the other way round where the fine is whole 万元.
            if layout.fineInYuan, facts.fine % 10_000 != 0 { return nil }
            row.replace(cell, with: String(layout.fineInYuan ? facts.fine / 10_000 : facts.fine))
            return Answer(cell, .reject, "amount-contradicts-text", truth: right)
        case .otherAmount:
            var text = ByteBuffer(capacity: 32)
            if layout.fineInYuan {
                text.append(number: facts.fine + 300)
            } else {
                text.append(wanYuan: facts.fine + 300)
            }
            row.replace(cell, with: Array(UnsafeBufferPointer(start: text.base, count: text.count)))
            return Answer(cell, .note, "amount-differs-from-text", truth: right)
        case .negativeAmount:
            row.replace(cell, with: [0x2D] + right)
            return Answer(cell, .reject, "amount-negative", truth: right)
        default:
            row.replace(cell, with: "约数千")
            return Answer(cell, .reject, "amount-unreadable", truth: right)
        }
    }

    /// 16500 → 壹万陆仟伍佰, up to 9,999 万.
    static func capitals(_ number: Int) -> String {
        let digits = Array("零壹贰叁肆伍陆柒捌玖")
        func section(_ value: Int) -> String {
            var text = ""
            var gap = false
            for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
                let digit = value / unit % 10
                if digit == 0 {
                    gap = !text.isEmpty
                } else {
                    if gap { text += "零" }
                    gap = false
                    text += String(digits[digit]) + name
                }
            }
            return text
        }
        let (high, low) = (number / 10_000, number % 10_000)
        if high == 0 { return section(low) }
        return section(high) + "万" + (low > 0 && low < 1000 ? "零" : "") + section(low)
    }

    // MARK: the rest of the row

    private func other(_ flaw: Flaw, _ row: inout Row, _ rng: inout SplitMix64) -> Answer? {
        switch flaw {
        case .missingDocument:
            guard let cell = layout.document else { return nil }
            let right = row[cell]
            row.replace(cell, with: [])
            return Answer(cell, .reject, "required-missing", truth: right)
        case .unknownCode:
            guard let cell = layout.coded else { return nil }
            let right = row[cell]
            row.replace(cell, with: ["按原口径", "类别待核", "第9类"][rng.below(3)])
            return Answer(cell, .reject, "code-unknown", truth: right)
        case .lineBreak:
            guard let cell = layout.text else { return nil }
            let right = row[cell]
            guard right.count >= 12, right.prefix(6).allSatisfy({ $0 >= 0x80 }) else { return nil }
            row.replace(cell, with: Array(right[..<6]) + [10] + Array(right[6...]))
            return Answer(cell, .clean, "", truth: right)
        case .extraCell:
            row.cell("多出的一格")
            return Answer(nil, .reject, "extra-cells")
        default:
            guard let cell = layout.remarks else { return nil }
            switch flaw {
            case .nullSpelling:
                row.replace(cell, with: ["无", "——", "NULL", "/", "暂无", "N/A"][rng.below(6)])
                return Answer(cell, .clean, "null-spelling")
            case .overlongText:
                row.replace(cell, with: String(repeating: "经办说明。", count: remarksLimit / 5 + 4))
                return Answer(cell, .reject, "text-too-long")
            case .forbiddenContent:
                row.replace(cell, with: "经办人填写，血型：示例")
                return Answer(cell, .reject, "forbidden-content")
            default: return nil
            }
        }
    }
}
