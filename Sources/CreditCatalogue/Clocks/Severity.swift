/// How grave dishonesty is (失信程度), lightest first. Decides the term of publication.
///
/// The three classes of order 36 (信用修复管理办法), and the fourth that only 发改办财金〔2019〕527号 knew. The codes
/// are those of `codes/severity.yaml`.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case minor
    case general
    case serious
    /// 特别严重: shown to the longest term, without early end. Never derived, only stated by the department.
    case specialSerious = "special-serious"

    var weight: Int {
        switch self {
        case .minor: 0
        case .general: 1
        case .serious: 2
        case .specialSerious: 3
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.weight < right.weight }
}
