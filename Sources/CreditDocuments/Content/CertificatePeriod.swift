import CreditModel

/// The days that a certificate may cover.
public struct CertificatePeriod: Sendable {
    public let today: Day
    /// How far back the first day may lie.
    public let maximumMonths: Int

    public init(today: Day, maximumMonths: Int) { (self.today, self.maximumMonths) = (today, maximumMonths) }

    private var earliest: Day { today.adding(months: -maximumMonths) }

    /// The period from what was given of it: nil where nothing was. Without a last day it ends today; without a first day it begins
    /// three years before its end, or as early as it may.
    /// - Throws: `DocumentError.badRequest` naming the day that cannot be.
    public func days(from: Day?, to: Day?) throws -> ClosedRange<Day>? {
        if from == nil, to == nil { return nil }
        let last = to ?? today
        guard last >= earliest else {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "结束日（to）不能早于 \(maximumMonths) 个月前。", en: "The last day (`to`) is at most \(maximumMonths) months ago."))
        }
        let first = from ?? max(last.adding(months: -36), earliest)
        guard first <= last else {
            throw DocumentError(
                .badRequest, Bilingual(zh: "开始日（from）不能晚于结束日（to）。", en: "The first day (`from`) is after the last (`to`)."))
        }
        try check(first...last)
        return first...last
    }

    /// - Throws: `DocumentError.badRequest` naming the day that cannot be.
    func check(_ period: ClosedRange<Day>) throws {
        guard period.upperBound <= today else {
            throw DocumentError(
                .badRequest, Bilingual(zh: "结束日（to）不能晚于今天。", en: "The last day (`to`) is today at the latest."))
        }
        guard period.lowerBound >= earliest else {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "开始日（from）不能早于 \(maximumMonths) 个月前。",
                    en: "The first day (`from`) is at most \(maximumMonths) months ago."))
        }
    }
}
