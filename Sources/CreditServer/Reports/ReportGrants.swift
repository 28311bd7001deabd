import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import Foundation
import HTTPTypes
import Hummingbird

/// What a key allows at the counter for reports.
public struct ReportGrant: Sendable {
    /// The asker may see what may still be disclosed, for an official purpose and on a basis.
    public let isOfficer: Bool
    /// The one organisation that the key belongs to.
    public let ownCode: String?

    public init(isOfficer: Bool, ownCode: String?) {
        self.isOfficer = isOfficer
        self.ownCode = ownCode
    }
}

/// Finds out who asks for a report: the public, or the holder of a key, sent as HTTP basic authentication.
struct ReportAskers: Sendable {
    /// What a name and a key allow; nil where the key is not that name's, was taken back or is past its last day.
    let grant: @Sendable (_ name: String, _ key: String) -> ReportGrant?

    /// - Parameters:
    ///   - subject: whom the question is about.
    ///   - basis: on what an officer asks.
    /// - Throws: `Problem` 401 for a key that does not count.
    func asker(of request: Request, about subject: String, basis: String?) throws -> ReportAsker {
        guard let header = request.headers[.authorization] else { return .anybody }
        guard header.lowercased().hasPrefix("basic "), let data = Data(base64Encoded: String(header.dropFirst(6))),
            let colon = data.firstIndex(of: UInt8(ascii: ":"))
        else { throw Self.signIn }
        let name = String(decoding: data[..<colon], as: UTF8.self)
        let key = String(decoding: data[data.index(after: colon)...], as: UTF8.self)
        guard let grant = grant(name, key) else { throw Self.signIn }
        let actor = Actor(.account, name)
        if let own = grant.ownCode { return ReportAsker(actor: actor, standing: .subject, basis: basis, ownCode: own) }
        guard grant.isOfficer else {
            throw Problem(
                code: "refused", status: .forbidden,
                detail: Bilingual(zh: "这个密钥不能查询报告。", en: "This key is not for reports."))
        }
        return ReportAsker(actor: actor, standing: .officer, basis: basis)
    }

    static let signIn = Problem(
        code: "sign-in", status: .unauthorized,
        detail: Bilingual(
            zh: "密钥不对、已收回或者已过期。请联系平台窗口。", en: "The key is wrong, was taken back or has run out. Please ask the platform’s counter."))
}
