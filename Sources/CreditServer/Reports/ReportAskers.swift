import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import Hummingbird

/// Who asks at the counter for reports.
struct ReportAskers: Sendable {
    let holders: KeyHolders

    /// - Parameters:
    ///   - subject: whom the question is about.
    ///   - basis: on what an officer asks.
    /// - Throws: `Problem` 401 for a key that does not count, 403 for one that is not for reports.
    func asker(of request: Request, about subject: String, basis: String?) throws(Problem) -> ReportAsker {
        guard let holder = try holders.holder(of: request) else { return .anybody }
        if let own = holder.grant.ownCode {
            return ReportAsker(actor: holder.actor, standing: .subject, basis: basis, ownCode: own)
        }
        guard holder.grant.allows(.report) else {
            throw Problem(
                code: "refused", status: .forbidden,
                detail: Bilingual(zh: "这个密钥不能查询报告。", en: "This key is not for reports."))
        }
        return ReportAsker(actor: holder.actor, standing: .officer, basis: basis)
    }
}
