/// How a flawed row should come out of intake.
struct Answer: Sendable {
    enum Expected: String, Sendable {
        /// Turned back, for the reason that the code names.
        case reject
        /// Taken in, cleaned as the code says, or without a change where there is none.
        case clean
        /// Taken in with the remark that the code names.
        case note
        /// Taken in, but nobody can tell whom it is about.
        case waiting
    }
    /// Position of the heading, or nil where the row as a whole is at fault.
    let column: Int?
    let expected: Expected
    /// Of Catalogue/checks.yaml or of the changes in Catalogue/cleaning.yaml; empty where neither says anything.
    let code: StaticString
    /// What should have stood there. Never anything about a person.
    let truth: [UInt8]

    init(_ column: Int?, _ expected: Expected, _ code: StaticString, truth: [UInt8] = []) {
        (self.column, self.expected, self.code, self.truth) = (column, expected, code, truth)
    }
}
