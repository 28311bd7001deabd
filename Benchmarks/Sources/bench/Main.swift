import Glibc

/// What `scripts/bench` asks of this package. Each command prints lines of `goal⇥work⇥unit⇥run 1⇥run 2⇥run 3`.
@main
struct Main {
    static let usage = """
        usage: bench rows COUNT SEED          penalty rows of 18 columns as CSV on stdout
               bench log FOLDER RUNS LARGE    the log through SQLite and a directory; LARGE is the largest batch
        """

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { UInt64($0) }
        switch arguments.first {
        case "rows" where numbers.count == 2:
            PenaltyRows(seed: numbers[1], count: Int(numbers[0])).write()
        case "log" where arguments.count == 4 && numbers.count == 2:
            let folder = arguments[arguments.startIndex + 1]
            try await LogBenchmark(folder: folder, runs: Int(numbers[0]), largest: Int(numbers[1])).run()
        default:
            Output.write(usage + "\n", to: STDERR_FILENO)
            exit(2)
        }
    }
}

/// Whole texts to a file descriptor.
enum Output {
    static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            // The reader has gone, or the disk is full: what is there is of no use.
            guard count > 0 else { exit(3) }
            rest = rest.dropFirst(count)
        }
    }
}
