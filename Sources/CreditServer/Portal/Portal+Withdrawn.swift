import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Hummingbird

extension Portal {
    /// What stands at the address of a withdrawn record: when, why, on what basis. Nothing of the record, not even whom it
    /// was about.
    func withdrawnPage(_ withdrawal: Withdrawal, _ page: Page) throws -> Response {
        let rule = catalogue.clocks.withdrawal
        let why = withdrawal.reason.map { catalogue.words("reason", $0.rawValue)[page.language] } ?? ""
        var facts = [
            page.labelled("withdrawnFrom", page.format.day(withdrawal.effectiveOn)),
            page.labelled("withdrawnWhy", why),
            page.zh(page.labelled("withdrawnBasis", withdrawal.basis)),
            page.labelled("withdrawnDone", page.format.day(withdrawal.recordedOn)),
        ]
        if let due = withdrawal.dueOn {
            facts.append(page.labelled("withdrawnDue", page.format.day(due), pending: !rule.verified))
        }
        return try page.render(
            "withdrawn", title: page.word("withdrawnTitle"),
            [
                "facts": facts,
                "rule": page.say(
                    "sayWithdrawnRule",
                    ["days": page.number(rule.workingDays), "basis": page.format.bases(rule.basis)]),
                "inLog": page.say("sayWithdrawnLog", ["leaf": page.number(Int(withdrawal.leaf))]),
            ], isKept: false, status: .gone)
    }
}
