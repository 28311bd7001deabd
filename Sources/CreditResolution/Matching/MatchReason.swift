import CreditModel

/// Why a decision is what it is, and what would change it.
public enum MatchReason: Sendable, Hashable {
    case decidedByOfficer(rule: Int64)
    case number(Identifier)
    case ownNumber
    case numberButOtherName(Identifier)
    case numbersDisagree
    case numberUnknown(Identifier)
    case numberRepaired(written: String, meant: String)
    case sameNameOtherNumber
    case legacyNumberAndName(Identifier)
    case sameName
    case formerName
    /// More than one bears it.
    case nameOfSeveral
    /// The name says neither place nor form of organisation, so others may well bear it.
    case nameSaysLittle
    case similarName(NameComparison)
    case severalSimilar(NameComparison)
    case confirmed(NameComparison, Particulars.Agreement)
    case contradicted(Particulars.Agreement)
    /// The name is one subject's, the registration's particulars another's.
    case contradictedFor(Particulars.Agreement, Particulars.Agreement)
    case open(NameComparison)
    /// Too many names share what this one says for all of them to be compared.
    case tooCommon
    case nothingLike
    case nothingToGoBy
}

extension MatchReason {
    /// A stable word for programs.
    public var code: String {
        switch self {
        case .decidedByOfficer: "officer"
        case .number: "number"
        case .ownNumber: "own-number"
        case .numberButOtherName: "number-other-name"
        case .numbersDisagree: "numbers-disagree"
        case .numberUnknown: "number-unknown"
        case .numberRepaired: "number-repaired"
        case .sameNameOtherNumber: "same-name-other-number"
        case .legacyNumberAndName: "legacy-number-and-name"
        case .sameName: "same-name"
        case .formerName: "former-name"
        case .nameOfSeveral: "name-of-several"
        case .nameSaysLittle: "name-says-little"
        case .similarName: "similar-name"
        case .severalSimilar: "several-similar"
        case .confirmed: "confirmed"
        case .contradicted: "contradicted"
        case .contradictedFor: "contradicted-for"
        case .open: "open"
        case .tooCommon: "too-common"
        case .nothingLike: "nothing-like"
        case .nothingToGoBy: "nothing-to-go-by"
        }
    }

    private static let ownWords = Bilingual(
        zh: "该行自带有效代码，与同代码的各行归为一组。", en: "The row's own valid code puts it with the rows of the same code.")

    /// What was found, and what would change the decision.
    public var words: Bilingual {
        switch self {
        case .decidedByOfficer(let rule):
            Bilingual(
                zh: "工作人员已作出决定（第\(rule)号）；撤销该决定后重新判断。",
                en: "An officer has decided this (rule \(rule)); withdrawing the rule opens the question again.")
        case .number(let number):
            Bilingual(
                zh: "\(number.scheme.words.zh) \(number.value) 属于该主体；号码不同则结论不同。",
                en: "\(number.scheme.words.en) \(number.value) is this subject's; another number would change it.")
        case .ownNumber: Self.ownWords
        case .numberButOtherName(let number):
            Bilingual(
                zh: "\(number.scheme.words.zh) \(number.value) 属于该主体，但名称完全不同：请核对号码，或提供曾用名。",
                en:
                    "\(number.scheme.words.en) \(number.value) is this subject's, but the name is another altogether: check the number, or state the former name.")
        case .numbersDisagree:
            Bilingual(
                zh: "所给号码分属不同主体：请核对后重新报送。", en: "The numbers given belong to different subjects: check them and send again.")
        case .numberUnknown(let number):
            Bilingual(
                zh: "\(number.scheme.words.zh) \(number.value) 有效，但库中没有；有效号码不同的主体不会合并。",
                en:
                    "\(number.scheme.words.en) \(number.value) is valid and nobody's here; bodies with different valid numbers are never joined.")
        case .numberRepaired(let written, let meant):
            Bilingual(
                zh: "代码 \(written) 校验不通过，与该主体的 \(meant) 只差一处，且名称相符；请更正代码。",
                en: "Code \(written) fails its check, is one slip from this subject's \(meant), and the name agrees; please correct it.")
        case .sameNameOtherNumber:
            Bilingual(
                zh: "名称相同，但有效号码不同，是两个主体；号码有误时请更正。",
                en: "Same name, different valid numbers: two bodies, unless a number is wrong.")
        case .legacyNumberAndName(let number):
            Bilingual(
                zh: "\(number.scheme.words.zh) \(number.value) 与名称都相符。",
                en: "\(number.scheme.words.en) \(number.value) and the name both agree.")
        case .sameName:
            Bilingual(
                zh: "名称相同（字形、括号、空格归一后）；给出不同的有效代码会改变结论。",
                en: "The same name once width, brackets and characters are folded; a different valid code would change it.")
        case .formerName:
            Bilingual(
                zh: "与该主体的曾用名相同，且无他人使用；给出不同的有效代码会改变结论。",
                en: "The subject's former name, and nobody else bears it; a different valid code would change it.")
        case .nameOfSeveral:
            Bilingual(
                zh: "有多个主体使用这一名称：补充统一社会信用代码即可确定。",
                en: "Several subjects bear this name: the unified code would decide.")
        case .nameSaysLittle:
            Bilingual(
                zh: "名称相同，但没有地名和组织形式，可能与他人同名：补充统一社会信用代码即可确定。",
                en: "Same name, but it says neither place nor form, so others may bear it: the unified code would decide.")
        case .similarName(let comparison):
            Bilingual(
                zh: "名称各部分相符：\(comparison.words.zh)。给出不同的有效代码会改变结论。",
                en: "The names agree part by part: \(comparison.words.en). A different valid code would change it.")
        case .severalSimilar(let comparison):
            Bilingual(
                zh: "不止一个主体的名称相符：\(comparison.words.zh)。补充统一社会信用代码即可确定。",
                en: "More than one subject's name agrees: \(comparison.words.en). The unified code would decide.")
        case .confirmed(let comparison, let agreement):
            Bilingual(
                zh: "名称相近（\(comparison.words.zh)），登记事项相符（\(agreement.words.zh)）。",
                en: "The names are near (\(comparison.words.en)) and the registration agrees (\(agreement.words.en)).")
        case .contradicted(let agreement):
            Bilingual(
                zh: "名称相符，但登记事项不符（\(agreement.words.zh)）：补充统一社会信用代码即可确定。",
                en: "The name agrees, the registration does not (\(agreement.words.en)): the unified code would decide.")
        case .contradictedFor(let own, let other):
            Bilingual(
                zh: "名称是一个主体的（\(own.words.zh)），登记事项是另一个名称相近的主体的（\(other.words.zh)）：补充统一社会信用代码即可确定。",
                en:
                    "The name is one subject's (\(own.words.en)), the registration another's of a near name (\(other.words.en)): the unified code would decide."
            )
        case .open(let comparison):
            Bilingual(
                zh: "名称相近但不足以确定：\(comparison.words.zh)。补充统一社会信用代码即可确定。",
                en: "The names are near, not near enough: \(comparison.words.en). The unified code would decide.")
        case .tooCommon:
            Bilingual(
                zh: "名称用字过于常见，无法逐一比较：请补充统一社会信用代码或更完整的名称。",
                en: "Too many names share these words to compare them all: give the unified code or the full name.")
        case .nothingLike:
            Bilingual(zh: "库中没有相近的名称；如有曾用名或代码请补充。", en: "No name here is near; a former name or a code would help.")
        case .nothingToGoBy:
            Bilingual(zh: "没有可用的名称或号码。", en: "There is neither a name nor a number to go by.")
        }
    }
}

extension NameComparison {
    /// The findings that are not plain agreement; all agree where there is none.
    public var words: Bilingual {
        var parts: [Bilingual] = []
        if isSlip { parts.append(Bilingual(zh: "全名只差一个字", en: "one character differs in the whole name")) }
        switch distinctive {
        case .same: break
        case .oneCharacter: parts.append(Bilingual(zh: "字号差一个字", en: "the distinctive word differs by a character"))
        case .reordered: parts.append(Bilingual(zh: "字号用字相同而次序不同", en: "the distinctive word's characters are reordered"))
        case .extended: parts.append(Bilingual(zh: "一方字号包含另一方", en: "one distinctive word contains the other"))
        case .other: parts.append(Bilingual(zh: "字号不同", en: "the distinctive words differ"))
        }
        switch place {
        case .same: break
        case .within: parts.append(Bilingual(zh: "地名一大一小", en: "one place lies in the other"))
        case .unsaid: parts.append(Bilingual(zh: "一方未写地名", en: "one name says no place"))
        case .apart: parts.append(Bilingual(zh: "地名不同", en: "the places differ"))
        }
        switch trade {
        case .same: break
        case .near: parts.append(Bilingual(zh: "行业用语相近", en: "the trades are near"))
        case .unsaid: parts.append(Bilingual(zh: "一方未写行业", en: "one name says no trade"))
        case .partial: parts.append(Bilingual(zh: "行业部分不同", en: "the trades differ in part"))
        case .other: parts.append(Bilingual(zh: "行业不同", en: "the trades differ"))
        }
        switch form {
        case .same: break
        case .related: parts.append(Bilingual(zh: "组织形式写法不同", en: "the same form written differently"))
        case .group: parts.append(Bilingual(zh: "一方为集团", en: "one is a group"))
        case .unsaid: parts.append(Bilingual(zh: "一方未写组织形式", en: "one name says no form"))
        case .other: parts.append(Bilingual(zh: "组织形式不同", en: "the forms of organisation differ"))
        }
        switch branch {
        case .same: break
        case .oneSided: parts.append(Bilingual(zh: "一方为分支机构", en: "one is a branch"))
        case .other: parts.append(Bilingual(zh: "分支机构不同", en: "the branches differ"))
        }
        guard !parts.isEmpty else { return Bilingual(zh: "各部分相同", en: "all parts are the same") }
        return Bilingual(
            zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    }
}

extension Particulars.Agreement {
    public var words: Bilingual {
        let named: [(Bilingual, Finding)] = [
            (Bilingual(zh: "法定代表人", en: "representative"), representative), (Bilingual(zh: "住所", en: "address"), address),
            (Bilingual(zh: "成立日期", en: "day of establishment"), established),
        ]
        let said = named.filter { $0.1 != .unsaid }
        return Bilingual(
            zh: said.map { $0.0.zh + ($0.1 == .same ? "相同" : $0.1 == .near ? "相近" : "不同") }.joined(separator: "，"),
            en: said.map { "\($0.1.rawValue) \($0.0.en)" }.joined(separator: ", "))
    }
}

extension IdentifierScheme {
    var words: Bilingual {
        switch self {
        case .unifiedCode: Bilingual(zh: "统一社会信用代码", en: "Unified code")
        case .organisationCode: Bilingual(zh: "组织机构代码", en: "Organisation code")
        case .legacyRegistration: Bilingual(zh: "注册号", en: "Registration number")
        default: Bilingual(zh: "号码", en: "Number")
        }
    }
}
