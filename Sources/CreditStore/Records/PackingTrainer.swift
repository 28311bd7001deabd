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
        let shared = common(samples)
        var (text, sizes): ([UInt8], [Int]) = ([], [])
        for sample in samples {
            let kept = masked(sample, shared)
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
    private static func common(_ samples: [[UInt8]]) -> Set<UInt64> {
        // Last sample that had the window, and how many had it.
        var seen: [UInt64: (sample: Int32, count: Int32)] = [:]
        seen.reserveCapacity(1 << 20)
        for (number, sample) in samples.enumerated() {
            forEachWindow(sample) { _, window in
                let (last, count) = seen[window] ?? (-1, 0)
                if last != Int32(number) { seen[window] = (Int32(number), count + 1) }
            }
        }
        return Set(seen.lazy.filter { $0.value.count >= leastSubjects }.map(\.key))
    }

    private static func masked(_ sample: [UInt8], _ shared: Set<UInt64>) -> [UInt8] {
        var keptUntil = 0
        var result: [UInt8] = []
        result.reserveCapacity(sample.count)
        forEachWindow(sample) { start, window in
            guard shared.contains(window) else { return }
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
