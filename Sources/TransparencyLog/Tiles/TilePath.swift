/// Where a tile of the log lies below its root (C2SP tlog-tiles): `tile/<level>/<index>` or `tile/entries/<index>`,
/// with `.p/<width>` when it is partial.
public struct TilePath: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// Hashes of the Merkle tree; level 0 holds leaves, each higher level the roots of full tiles below. 0...63.
        case hashes(level: Int)
        /// Entry bundle: the entries themselves.
        case entries
    }

    /// Hashes or entries in a full tile.
    public static let fullWidth = 256

    public let kind: Kind
    /// Index of the tile in its level.
    public let index: UInt64
    /// Hashes or entries in it, 1...256.
    public let width: Int

    public init(_ kind: Kind, index: UInt64, width: Int = fullWidth) {
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to 256 elements")
        if case .hashes(let level) = kind { precondition((0...63).contains(level), "tile levels are 0 to 63") }
        self.kind = kind
        self.index = index
        self.width = width
    }

    public var isFull: Bool { width == Self.fullWidth }

    /// The same tile when it is full.
    public var full: TilePath { TilePath(kind, index: index) }

    /// Path below the log's root.
    public var description: String { isFull ? stem : "\(stem).p/\(width)" }

    /// Directory that holds the partial tiles of the same index.
    var partialDirectory: String { stem + ".p" }

    private var stem: String {
        let level =
            switch kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let folders = groups.dropFirst().reversed().map { "x" + $0 + "/" }.joined()
        return "tile/\(level)/\(folders)\(groups[0])"
    }

    /// Reads a path in its one form.
    /// - Throws: `LogError.malformed`.
    public init(_ path: String) throws {
        let malformed = LogError(.malformed, "not a tile path")
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { throw malformed }
        let kind: Kind
        if parts[1] == "entries" {
            kind = .entries
        } else {
            guard let level = Decimal.value(parts[1]), level <= 63 else { throw malformed }
            kind = .hashes(level: Int(level))
        }
        var width = Self.fullWidth
        if parts.count >= 4, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Decimal.value(parts.removeLast()), (1...255).contains(partial) else { throw malformed }
            width = Int(partial)
            parts.append(parts.removeLast().dropLast(2))
        }
        var index: UInt64 = 0
        for group in parts[2...] {
            let (scaled, overflow) = index.multipliedReportingOverflow(by: 1000)
            guard let value = UInt64(group.suffix(3)), !overflow else { throw malformed }
            let (sum, carry) = scaled.addingReportingOverflow(value)
            guard !carry else { throw malformed }
            index = sum
        }
        self.init(kind, index: index, width: width)
        // Whatever is not printed the same way has another form: missing x, sign, zero groups in front.
        guard description.utf8.elementsEqual(path.utf8) else { throw malformed }
    }

    /// Whether some of the tile lies beyond a tree of `size` leaves; no tile does when there is no size.
    func isBeyond(_ size: UInt64?) -> Bool {
        guard let size else { return false }
        return index * UInt64(Self.fullWidth) + UInt64(width) > Self.elements(kind, in: size)
    }

    /// Elements of a level in a tree of `size` leaves: `floor(size / 256^level)`.
    static func elements(_ kind: Kind, in size: UInt64) -> UInt64 {
        guard case .hashes(let level) = kind else { return size }
        return level >= 8 ? 0 : size >> (8 * UInt64(level))
    }
}
