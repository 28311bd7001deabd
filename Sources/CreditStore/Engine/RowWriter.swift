import CreditModel

/// Takes the values of one row after another, in the order of the columns, without gathering them in between.
public protocol RowWriter: AnyObject {
    func null()
    func integer(_ value: Int64)
    func bytes(_ value: UnsafeRawBufferPointer)
    /// UTF-8.
    func text(_ value: UnsafeRawBufferPointer)
}

extension RowWriter {
    func integer(_ value: Int64?) { if let value { integer(value) } else { null() } }

    func text(_ value: String?) {
        guard var value else { return null() }
        value.withUTF8 { text(UnsafeRawBufferPointer($0)) }
    }

    func bytes(_ value: [UInt8]?) {
        guard let value else { return null() }
        value.withUnsafeBytes { bytes($0) }
    }

    func digest(_ value: Digest128?) {
        guard let value else { return null() }
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes($0) }
    }
}
