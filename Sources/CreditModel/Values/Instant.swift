#if canImport(Glibc)
    import Glibc
#endif

/// A moment, in milliseconds since 1970-01-01 00:00 UTC. Shown to people in China's time, a constant +08:00.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The system's clock. Only the executable and the server's edge read it; everything below is handed an instant.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The civil day in China on which this moment falls.
    public var day: Day {
        let shifted = milliseconds + 8 * 3_600_000
        return Day(daysSinceEpoch: Int32((shifted >= 0 ? shifted : shifted - 86_399_999) / 86_400_000))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-04-01T08:00:00.000Z`.
    public var description: String {
        let (days, rest) = Self.floorDivide(milliseconds, 86_400_000)
        return "\(Day(daysSinceEpoch: Int32(days)))T\(Self.clock(rest, withMilliseconds: true))Z"
    }

    /// `2026-04-01 16:00` in China's time.
    public var chinaMinute: String {
        let (_, rest) = Self.floorDivide(milliseconds + 8 * 3_600_000, 86_400_000)
        return "\(day) \(Self.clock(rest, withMilliseconds: false).prefix(5))"
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
        let rest = ((value % by) + by) % by
        return ((value - rest) / by, rest)
    }

    private static func clock(_ milliseconds: Int64, withMilliseconds: Bool) -> String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
        }
        let seconds = milliseconds / 1000
        let base = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return withMilliseconds ? "\(base).\(padded(milliseconds % 1000, 3))" : base
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}
