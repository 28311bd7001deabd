import CreditModel
import CreditServices
import CreditWatch
import HTTPTypes
import Hummingbird

extension KeyGrant {
    /// Whose view the key has of what it watches; nil where it may not. The scope `watch` sees what everybody sees, `own:CODE`
    /// its own organisation in full.
    public func audience(for target: WatchTarget) -> Audience? {
        if case .organisation(let code) = target, code == ownCode { return .own }
        return allows(.watch) ? .public : nil
    }
}

/// Somebody at the watch pages or the API with a key that is for watching.
struct WatchHolders: Sendable {
    let holders: KeyHolders

    /// - Throws: `Problem` 401 without a key or for one that does not count, 403 for one that is not for watching or a form of
    ///   another site.
    func holder(of request: Request) throws -> KeyHolder {
        guard let holder = try holders.holder(of: request) else {
            throw Problem(
                code: "sign-in", status: .unauthorized,
                detail: Bilingual(
                    zh: "关注需要密钥。怎样得到见“关注”页（/watch）。", en: "Watching needs a key. The page /watch says how to get one."))
        }
        guard holder.grant.allows(.watch) || holder.grant.ownCode != nil else {
            throw Problem(
                code: "refused", status: .forbidden,
                detail: Bilingual(zh: "这个密钥不能用来关注。", en: "This key is not for watching."))
        }
        // The browser sends the key along with any form; only our own forms count.
        if request.method != .get, request.method != .head, let origin = request.headers[.origin], let host = request.head.authority,
            origin != "http://\(host)", origin != "https://\(host)"
        {
            throw Problem(
                code: "other-site", status: .forbidden,
                detail: Bilingual(zh: "表单来自别的网站，没有执行。", en: "The form came from another site; nothing was done."))
        }
        return holder
    }
}

/// What the server needs to let people watch.
public struct WatchSetting: Sendable {
    /// What signs webhooks and stop links; read when it is first needed.
    public let secrets: @Sendable () throws -> WatchSecrets
    public let rules: ReceiverRules
    /// What a name's key allows, without the key: nil where it was taken back or has run out.
    public let standing: @Sendable (_ holder: String) -> KeyGrant?

    public init(
        secrets: @escaping @Sendable () throws -> WatchSecrets, rules: ReceiverRules,
        standing: @escaping @Sendable (_ holder: String) -> KeyGrant?
    ) {
        (self.secrets, self.rules, self.standing) = (secrets, rules, standing)
    }

    public var right: WatchRight {
        { [standing] holder, target in standing(holder)?.audience(for: target) }
    }
}

extension Problem {
    /// A watch that cannot be had, as an answer.
    init(_ error: WatchError) {
        switch error.code {
        case .notAllowed: self.init(code: "refused", status: .forbidden, detail: error.words)
        case .tooMany: self.init(code: "watch-too-many", status: .conflict, detail: error.words)
        case .notFound: self.init(code: "not-found", status: .notFound, detail: error.words)
        default: self.init(code: "watch", status: .badRequest, detail: error.words)
        }
    }
}
