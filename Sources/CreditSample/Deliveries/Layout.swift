/// Headings and the positions of the cells that flaws touch. A position that a layout lacks is nil.
struct Layout: Sendable {
    let feed: String
    var headings: [String]
    var name: Int?
    var code: Int?
    /// The column is made for any kind of number, so an old one in it has not strayed.
    var takesAnyCode = false
    var registrationNumber: Int?
    var organisationCode: Int?
    /// Kind of party, where 自然人 would stand.
    var party: Int?
    /// A cell with a value of a code table.
    var coded: Int?
    var day: Int?
    /// Two days that have an order.
    var period: (from: Int, until: Int)?
    var fine: Int?
    /// The column counts in yuan, not in 万元.
    var fineInYuan = false
    /// The text that names the fine.
    var fineText: Int?
    var document: Int?
    /// Long text, in which a line may break.
    var text: Int?
    var remarks: Int?
    /// Whether the feed asks for a name even where there is a code.
    var needsName = false
    var needsDocument = false
}
