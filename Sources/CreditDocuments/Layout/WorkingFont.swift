import CPango
import Glibc

/// The letters that reports are made of, cut out of an installed font once per process.
///
/// An installed font has 65,000 letters that share thousands of routines. cairo sorts those routines out anew for every document,
/// and where it cannot, it keeps them all: most of the time and of the bytes of a report went there. Here every letter stands for
/// itself. And cairo copies a font whole before it takes out what a document needs, so those that Chinese is commonly written with
/// are a font of their own, a third of all. Letters of neither come from the installed font.
struct WorkingFont {
    /// For everything that is read.
    static let text = WorkingFont(cutFrom: "Noto Sans CJK SC", isBold: false, family: "Chengxin Letters")
    /// For headings.
    static let display = WorkingFont(cutFrom: "Noto Serif CJK SC", isBold: true, family: "Chengxin Headings")

    /// The families under which fontconfig finds it, common letters first; fewer where it could not be cut, and the installed font
    /// serves by itself.
    let families: [String]
    private let letters: [Set<UInt32>]

    private init(cutFrom installed: String, isBold: Bool, family: String) {
        let parts = [(family, Self.common), ("\(family) Rare", Self.rare)]
        let source = Self.find(installed, isBold: isBold)
        let cut = parts.filter { family, letters in
            guard let source, let bytes = Self.cut(letters, from: source.file, face: source.face), let path = Self.keep(bytes)
            else { return false }
            return Self.enter(path, as: family)
        }
        (families, letters) = (cut.map(\.0), cut.map(\.1))
    }

    /// Whether it was cut with room for every letter of a text.
    func covers(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { letter in letters.contains { $0.contains(letter.value) } }
    }

    private static let (common, rare) = divided()

    /// Latin, punctuation and forms of full width with the Chinese characters that fontconfig asks of a font for mainland China, which are
    /// those of GB 2312; and the others of the basic plane's main block.
    private static func divided() -> (common: Set<UInt32>, rare: Set<UInt32>) {
        let signs: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xA0...0x17F, 0x2010...0x206F, 0x2100...0x218F, 0x2460...0x24FF, 0x25A0...0x25FF, 0x3000...0x303F,
            0x3200...0x33FF, 0xFF00...0xFFEF,
        ]
        let characters: ClosedRange<UInt32> = 0x4E00...0x9FFF
        let asked = FcLangGetCharSet("zh-cn")
        let isCommon = { (character: UInt32) in asked.map { FcCharSetHasChar($0, character) != 0 } ?? true }
        return (Set(signs.joined()).union(characters.filter(isCommon)), Set(characters.filter { !isCommon($0) }))
    }

    /// The file of the installed font; nil where another font would stand in for it.
    private static func find(_ installed: String, isBold: Bool) -> (file: String, face: UInt32)? {
        guard let pattern = FcPatternCreate() else { return nil }
        defer { FcPatternDestroy(pattern) }
        FcPatternAddString(pattern, FC_FAMILY, installed)
        if isBold { FcPatternAddInteger(pattern, FC_WEIGHT, FC_WEIGHT_BOLD) }
        FcConfigSubstitute(nil, pattern, FcMatchPattern)
        FcDefaultSubstitute(pattern)
        var result = FcResultMatch
        guard let match = FcFontMatch(nil, pattern, &result) else { return nil }
        defer { FcPatternDestroy(match) }
        func text(_ name: String, _ number: Int32) -> String? {
            var value: UnsafeMutablePointer<FcChar8>?
            guard FcPatternGetString(match, name, number, &value) == FcResultMatch, let value else { return nil }
            return String(cString: value)
        }
        guard (0..<16).contains(where: { text(FC_FAMILY, $0) == installed }), let file = text(FC_FILE, 0) else { return nil }
        var face: Int32 = 0
        guard FcPatternGetInteger(match, FC_INDEX, 0, &face) == FcResultMatch else { return nil }
        return (file, UInt32(face) & 0xFFFF)
    }

    private static func cut(_ letters: Set<UInt32>, from file: String, face number: UInt32) -> [UInt8]? {
        guard let blob = hb_blob_create_from_file_or_fail(file) else { return nil }
        defer { hb_blob_destroy(blob) }
        let face = hb_face_create(blob, number)
        defer { hb_face_destroy(face) }
        guard let input = hb_subset_input_create_or_fail() else { return nil }
        defer { hb_subset_input_destroy(input) }
        for letter in letters { hb_set_add(hb_subset_input_unicode_set(input), letter) }
        hb_subset_input_set_flags(
            input, UInt32(HB_SUBSET_FLAGS_DESUBROUTINIZE.rawValue | HB_SUBSET_FLAGS_NO_HINTING.rawValue))
        guard let font = hb_subset_or_fail(face, input) else { return nil }
        defer { hb_face_destroy(font) }
        let bytes = hb_face_reference_blob(font)
        defer { hb_blob_destroy(bytes) }
        var length: UInt32 = 0
        guard let data = hb_blob_get_data(bytes, &length), length > 0 else { return nil }
        return UnsafeRawBufferPointer(start: data, count: Int(length)).map { $0 }
    }

    /// A file without a name, that is gone with the process. It is never closed: fonts are read from it whenever they are needed.
    private static func keep(_ bytes: [UInt8]) -> String? {
        let closeOnExec: UInt32 = 1
        let file = memfd_create("letters", closeOnExec)
        guard file >= 0 else { return nil }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(file)
                return nil
            }
            rest = rest.dropFirst(count)
        }
        return "/proc/self/fd/\(file)"
    }

    /// Makes it known under its own family, so that it does not stand in for the installed font or the other way round.
    private static func enter(_ path: String, as family: String) -> Bool {
        guard FcConfigAppFontAddFile(nil, path) != 0, let fonts = FcConfigGetFonts(nil, FcSetApplication) else { return false }
        var isEntered = false
        for index in 0..<Int(fonts.pointee.nfont) {
            guard let pattern = fonts.pointee.fonts[index] else { continue }
            var file: UnsafeMutablePointer<FcChar8>?
            guard FcPatternGetString(pattern, FC_FILE, 0, &file) == FcResultMatch, let file, String(cString: file) == path
            else { continue }
            FcPatternDel(pattern, FC_FAMILY)
            isEntered = FcPatternAddString(pattern, FC_FAMILY, family) != 0
        }
        return isEntered
    }
}
