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
        var day = Day(daysSinceEpoch: Int32(days)).description
        return String(unsafeUninitializedCapacity: 24) { bytes in
            // unsafe: twenty-four bytes are written, all ASCII, into room for as many.
            day.withUTF8 { day in for place in 0..<10 { bytes[place] = day[place] } }
            func write(_ value: Int64, _ place: Int, _ width: Int) {
                var rest = value
                for place in (place..<place + width).reversed() {
                    bytes[place] = 48 + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            bytes[10] = UInt8(ascii: "T")
            write(rest / 3_600_000, 11, 2)
            bytes[13] = UInt8(ascii: ":")
            write(rest / 60_000 % 60, 14, 2)
            bytes[16] = UInt8(ascii: ":")
            write(rest / 1000 % 60, 17, 2)
            bytes[19] = UInt8(ascii: ".")
            write(rest % 1000, 20, 3)
            bytes[23] = UInt8(ascii: "Z")
            return 24
        }
    }

    /// `2026-04-01 16:00` in China's time.
    public var chinaMinute: String {
        let (_, rest) = Self.floorDivide(milliseconds + 8 * 3_600_000, 86_400_000)
        return "\(day) \(Self.minute(rest))"
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
        let rest = ((value % by) + by) % by
        return ((value - rest) / by, rest)
    }

    private static func minute(_ milliseconds: Int64) -> String {
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
        return padded(milliseconds / 3_600_000) + ":" + padded(milliseconds / 60_000 % 60)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}
