/// One line of the results: the same work several times, every run shown.
struct Measurement {
    let goal: String
    let work: String
    let unit: String
    var runs: [Double] = []

    /// Tab-separated, as `scripts/bench` reads it.
    var line: String {
        ([goal, work, unit] + runs.map { $0 >= 100 ? String(Int($0.rounded())) : Self.short($0) })
            .joined(separator: "\t")
    }

    /// Three significant places are more than a shared machine gives.
    private static func short(_ value: Double) -> String {
        let scaled = (value * 100).rounded() / 100
        return scaled == scaled.rounded() ? String(Int(scaled)) : String(scaled)
    }

    /// Seconds that `work` takes.
    static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await work()
        return (clock.now - start) / .seconds(1)
    }
}
