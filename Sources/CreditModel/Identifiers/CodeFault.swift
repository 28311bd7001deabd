/// Why a written code is not the code it should be. A value, since a wrong code in a delivered row is an expected case.
public enum CodeFault: String, Error, Sendable, Hashable, CaseIterable {
    /// Too short or too long after blanks and hyphens were taken out.
    case length
    /// A character that the standard's alphabet does not have, such as the letter O.
    case character
    /// The check character does not fit: at least one character is wrong.
    case checkDigit
    /// The code's own check fits, but the organisation code inside it fails its check: at least two slips, or a code issued
    /// with a fault, which only an officer can accept.
    case innerCheckDigit
}
