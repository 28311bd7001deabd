import CreditModel

/// Why no report was made, or why one does not hold. Messages name no person and no content.
public struct DocumentError: Error, Hashable, Sendable {
    public struct Code: Hashable, Sendable {
        public let name: String

        /// Nobody here has the code that was asked for.
        public static let unknownSubject = Code(name: "unknown-subject")
        /// The purpose is not in the list, or not for this asker.
        public static let wrongPurpose = Code(name: "wrong-purpose")
        /// What was asked goes beyond what the asker may see.
        public static let notAllowed = Code(name: "not-allowed")
        /// A period, field or language that cannot be.
        public static let badRequest = Code(name: "bad-request")
        /// Too many documents are being made at this moment.
        public static let busy = Code(name: "busy")
        /// The key that signs reports is missing or cannot be read.
        public static let noKey = Code(name: "no-key")
        /// A font, the PDF library or the QR code failed.
        public static let notDrawn = Code(name: "not-drawn")
        /// The file is no report.
        public static let malformed = Code(name: "malformed")
        /// The file is a report, but something in it does not fit.
        public static let invalid = Code(name: "invalid")
    }
    public let code: Code
    public let words: Bilingual
    public var detail: String { words.en }

    public init(_ code: Code, _ words: Bilingual) { (self.code, self.words) = (code, words) }

    /// For faults that only an operator or a program reads.
    public init(_ code: Code, _ detail: String) { self.init(code, Bilingual(zh: detail, en: detail)) }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
