import CQREncode

/// The dark modules of a QR code (ISO/IEC 18004), error correction M: a stain over a seventh of it does no harm.
struct QRCode {
    let size: Int
    private let modules: [UInt8]

    init(_ text: String) throws {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
            throw DocumentError(.notDrawn, "the address is too long for a QR code")
        }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        modules = Array(UnsafeBufferPointer(start: code.pointee.data, count: size * size))
    }

    /// Runs of dark modules, row by row.
    var runs: [(x: Int, y: Int, length: Int)] {
        var runs: [(Int, Int, Int)] = []
        for y in 0..<size {
            var x = 0
            while x < size {
                let start = x
                while x < size, modules[y * size + x] & 1 == 1 { x += 1 }
                if x > start { runs.append((start, y, x - start)) }
                x += 1
            }
        }
        return runs
    }
}
