import CZstd

/// Makes the dictionary of a packing from statements that came together.
///
/// A dictionary stays when a record is erased, so it may hold nothing that is one subject's own (RIGHTS 14): only text of which
/// every window of eight bytes stands in the statements of at least `leastSubjects` different subjects. Everything else is taken
/// out of the samples before the trainer sees them. What it learns of frequencies is taken from the same remainder.
enum PackingTrainer {
    static let leastSubjects = 20
    /// Enough to find what repeats; more makes a delivery wait and the dictionary hardly better.
    static let mostSamples = 4000
    private static let size = 16 << 10
    private static let window = 8

    /// - Parameter samples: unpacked statements of different subjects, one each.
    /// - Returns: nil where there is too little that subjects share.
    static func dictionary(_ samples: [[UInt8]]) -> [UInt8]? {
        guard samples.count >= leastSubjects * 5 else { return nil }
        let seen = common(samples)
        var (text, sizes): ([UInt8], [Int]) = ([], [])
        for sample in samples {
            let kept = masked(sample, seen)
            if kept.count >= window {
                text += kept
                sizes.append(kept.count)
            }
        }
        guard text.count > size else { return nil }
        let dictionary = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let length = ZDICT_trainFromBuffer(buffer.baseAddress, size, text, sizes, UInt32(sizes.count))
            count = ZDICT_isError(length) == 0 ? length : 0
        }
        return dictionary.isEmpty ? nil : dictionary
    }

    /// Windows of eight bytes that enough samples have.
    private static func common(_ samples: [[UInt8]]) -> WindowCounts {
        var seen = WindowCounts()
        for (number, sample) in samples.enumerated() {
            forEachWindow(sample) { _, window in seen.note(window, in: Int32(number)) }
        }
        return seen
    }

    private static func masked(_ sample: [UInt8], _ seen: WindowCounts) -> [UInt8] {
        var keptUntil = 0
        var result: [UInt8] = []
        result.reserveCapacity(sample.count)
        forEachWindow(sample) { start, window in
            guard seen.count(of: window) >= leastSubjects else { return }
            result += sample[max(start, keptUntil)..<start + Self.window]
            keptUntil = start + Self.window
        }
        return result
    }

    private static func forEachWindow(_ sample: [UInt8], _ body: (_ start: Int, _ window: UInt64) -> Void) {
        var value: UInt64 = 0
        for (place, byte) in sample.enumerated() {
            value = value << 8 | UInt64(byte)
            if place >= window - 1 { body(place - window + 1, value) }
        }
    }
}

/// How many samples have each window: millions are counted and then asked for again, which a dictionary makes a tenth of a
/// second or more of every first delivery.
private struct WindowCounts {
    /// A window that no sample had yet has no sample.
    private struct Place {
        var window: UInt64 = 0
        var last: Int32 = -1
        var count: Int32 = 0
    }
    private var places = [Place](repeating: Place(), count: 1 << 16)
    private var used = 0
    /// Drawn anew each time, so that nobody can write a file whose windows all fall on one place.
    private let factor = UInt64.random(in: .min ... .max) | 1

    mutating func note(_ window: UInt64, in sample: Int32) {
        if used * 2 > places.count { grow() }
        let index = find(window)
        if places[index].last == sample { return }
        if places[index].last < 0 {
            places[index].window = window
            used += 1
        }
        places[index].last = sample
        places[index].count += 1
    }

    func count(of window: UInt64) -> Int32 { places[find(window)].count }

    /// Where a window is, or the free place where it belongs.
    private func find(_ window: UInt64) -> Int {
        let (high, low) = (window ^ window >> 29).multipliedFullWidth(by: factor)
        let mask = places.count - 1
        var index = Int(truncatingIfNeeded: high ^ low ^ low >> 32) & mask
        while places[index].last >= 0, places[index].window != window { index = (index + 1) & mask }
        return index
    }

    private mutating func grow() {
        let before = places
        places = Array(repeating: Place(), count: before.count * 2)
        for place in before where place.last >= 0 { places[find(place.window)] = place }
    }
}
