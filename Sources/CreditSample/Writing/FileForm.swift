/// The forms in which departments deliver.
enum FileForm: Sendable {
    case csv, csvGB18030, tsv, jsonArray, jsonLines, xml

    /// A cell beyond the last heading can only be written where cells are found by position.
    var isGrid: Bool { self == .csv || self == .csvGB18030 || self == .tsv }
}
