import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution

/// Measures matching by itself.
///     matching pairs CATALOGUE PAIRS.csv [OUT.csv]     every labelled pair: F1 by kind, calibration, time of a pair
///     matching lookup CATALOGUE ORGS.csv [ROWS]        one row by example against all rows of a file, on one thread
@main
struct Main {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3 else { return usage() }
        let reader = NameReader(divisions: try Catalogue.load(directory: arguments[1]).divisions)
        switch arguments[0] {
        case "pairs": try Pairs(reader).run(arguments[2], out: arguments.count > 3 ? arguments[3] : nil)
        case "lookup": try Lookup(reader).run(arguments[2], rows: arguments.count > 3 ? Int(arguments[3]) ?? 20_000 : 20_000)
        default: usage()
        }
    }

    private static func usage() {
        print("matching pairs CATALOGUE PAIRS.csv [OUT.csv] | lookup CATALOGUE ORGS.csv [ROWS]")
    }
}

/// The rows of a table by their headings.
struct Rows {
    private var reader: any TableReader
    private var row = RawRow()
    let headings: [String]

    init(_ path: String) throws {
        reader = try Table.open(path: path)
        _ = try reader.next(into: &row)
        headings = (0..<row.count).map { [row] in row.text($0) }
    }

    mutating func next() throws -> [String]? {
        guard try reader.next(into: &row) else { return nil }
        return headings.indices.map { [row] in row.text($0) }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

func rounded(_ value: Double, _ digits: Int = 3) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return String((value * scale).rounded() / scale)
}
