import CreditModel
import CreditRegistry

/// What the records of one subject say about it, gathered while records pass by in order of their subjects.
struct SubjectFold {
    private var id: SubjectID?
    private var registered: SubjectState?
    private var firstName: (leaf: Int64, name: String)?
    /// Something the subject was called by is erased, so what is left cannot say what it should be called.
    private var isErased = false

    mutating func add(
        _ revisions: [Revision], _ content: RecordContent, _ subjects: [SubjectID: SubjectState],
        _ report: inout StoreVerifier.Report
    ) {
        guard let first = revisions.first else { return }
        if first.id.subject != id {
            finish(subjects, &report)
            id = first.id.subject
        }
        for revision in revisions {
            guard let statement = revision.statement else {
                if revision.act.isStatement { isErased = true }
                continue
            }
            let values = content.values(statement)
            guard let name = content.subjectName(values) else { continue }
            if revision.leaf < (firstName?.leaf ?? .max) { firstName = (revision.leaf, name) }
            guard content.namesSubject else { continue }
            var state = registered ?? SubjectState(kind: .organisation, code: "", name: name, isRegistered: true)
            state.name = name
            content.apply(values, to: &state)
            registered = state
        }
    }

    /// Compares the subject that has passed with what is stored of it.
    mutating func finish(_ subjects: [SubjectID: SubjectState], _ report: inout StoreVerifier.Report) {
        defer { (id, registered, firstName, isErased) = (nil, nil, nil, false) }
        guard let id, !isErased else { return }
        guard let stored = subjects[id] else { return report.add(.projection, "subject \(id)") }
        let isAsStated: Bool
        if let registered {
            isAsStated =
                stored.isRegistered && stored.name == registered.name && stored.status == registered.status
                && stored.establishedOn == registered.establishedOn
                && (registered.division == nil || stored.division == registered.division)
        } else {
            isAsStated = !stored.isRegistered && firstName.map { $0.name == stored.name } ?? true
        }
        if !isAsStated { report.add(.projection, "subject \(id)") }
    }
}
