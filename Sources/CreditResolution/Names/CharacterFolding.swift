import COpenCC
import CreditModel
import Foundation

/// Which characters mean the same in a name: 張 and 张, Ａ and a, 峯 and 峰.
///
/// Traditional and simplified forms come from OpenCC's character table, asked once for the whole Basic Multilingual Plane;
/// afterwards folding is one look into an array. Rarer planes are few and go through a dictionary.
public struct CharacterFolding: Sendable {
    /// For each scalar below 0x10000 the one it stands for; 0 where it says nothing (brackets, dots, blanks).
    private let plane: [UInt16]
    let rare: [UInt32: UInt32]

    /// Built once for the process: about 20 ms.
    public static let standard = CharacterFolding()

    private init() {
        var plane = [UInt16](repeating: 0, count: 0x10000)
        for value in UInt32(0)..<0x10000 {
            guard let scalar = Unicode.Scalar(value), !Self.isSilent(scalar) else { continue }
            plane[Int(value)] = UInt16(truncatingIfNeeded: Self.lower(Folding.narrow(Self.unified(scalar))).value)
        }
        var rare: [UInt32: UInt32] = [:]
        let blocks: [ClosedRange<UInt32>] = [
            0x2E80...0x2FDF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF,
        ]
        let han = blocks.flatMap { $0.compactMap(Unicode.Scalar.init) }
        for (written, meant) in zip(han, Self.simplified(han.map(Self.unified))) where written != meant {
            if written.value < 0x10000, meant.value < 0x10000 {
                plane[Int(written.value)] = UInt16(meant.value)
            } else {
                rare[written.value] = meant.value
            }
        }
        for (written, meant) in NameWords.variants {
            let meant = UInt32(plane[Int(meant.value & 0xFFFF)])
            if written.value >= 0x10000 {
                rare[written.value] = meant
            } else if plane[Int(written.value)] == UInt16(written.value) {
                plane[Int(written.value)] = UInt16(meant)
            }
        }
        self.plane = plane
        self.rare = rare
    }

    /// The scalar that this one stands for, or nil where it says nothing.
    @inline(__always)
    func fold(_ scalar: Unicode.Scalar) -> UInt32? {
        guard scalar.value < 0x10000 else { return rare[scalar.value] ?? scalar.value }
        let folded = plane[Int(scalar.value)]
        return folded == 0 ? nil : UInt32(folded)
    }

    /// The folded scalars of a text.
    public func scalars(_ text: String) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(text.utf8.count / 3 + 2)
        for scalar in text.unicodeScalars {
            if let folded = fold(scalar) { result.append(folded) }
        }
        return result
    }

    /// One scalar for each of the given, as OpenCC writes it in simplified characters; the same where it knows nothing or is
    /// not there. The scalars are parted by line ends, so that no phrase of two is read.
    private static func simplified(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard let converter = opencc_open("t2s.json"), Int(bitPattern: converter) != -1 else { return scalars }
        defer { opencc_close(converter) }
        var text = String.UnicodeScalarView()
        for scalar in scalars {
            text.append(scalar)
            text.append("\n")
        }
        let written = String(text)
        guard let converted = written.withCString({ opencc_convert_utf8(converter, $0, written.utf8.count) }) else {
            return scalars
        }
        defer { opencc_convert_utf8_free(converted) }
        let lines = String(cString: converted).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == scalars.count + 1 else { return scalars }
        return zip(scalars, lines).map { scalar, line in line.count == 1 ? line[line.startIndex] : scalar }
    }

    /// The ideograph for which a radical or a compatibility form stands: ⾼ is 高.
    private static func unified(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x2E80...0x2FDF, 0xF900...0xFAFF:
            let scalars = String(Character(scalar)).decomposedStringWithCompatibilityMapping.unicodeScalars
            return scalars.count == 1 ? scalars[scalars.startIndex] : scalar
        default: return scalar
        }
    }

    private static func isSilent(_ scalar: Unicode.Scalar) -> Bool {
        if Folding.isBlank(scalar) || scalar.value < 0x20 { return true }
        // The middle zero 〇 and Chinese digits are letters in names; marks, brackets and signs are not.
        return switch scalar.properties.generalCategory {
        case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .dashPunctuation,
            .otherPunctuation, .connectorPunctuation, .control, .format, .surrogate, .nonspacingMark, .enclosingMark,
            .spacingMark, .modifierSymbol, .modifierLetter, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            scalar.value != 0x3005
        default: false
        }
    }

    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let text = scalar.properties.lowercaseMapping.unicodeScalars
        return text.count == 1 ? text[text.startIndex] : scalar
    }
}
