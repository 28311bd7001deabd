import CreditCatalogue
import CreditIntake
import CreditServices
import CreditStore
import Foundation

/// Writes the reject file as rows are rejected, and keeps the first few for the screen.
final class RejectOutput {
    static let shownOnScreen = 5

    private(set) var first: [RejectRow] = []
    private(set) var count = 0
    private let handle: FileHandle?
    private let file: String
    private let lines: RejectFile
    private var buffer: [UInt8] = []

    /// Makes an empty reject file with its header line.
    static func create(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(RejectFile.header.utf8)) else {
            throw StoreError(.readOnly, "the reject file `\(path)` cannot be written")
        }
    }

    /// Appends to a file that `create` made; without a path only counts.
    init(path: String?, file: String, catalogue: Catalogue, item: Item) throws {
        self.file = file
        lines = RejectFile(catalogue: catalogue, item: item)
        handle = try path.map { path in
            guard let handle = FileHandle(forWritingAtPath: path) else {
                throw StoreError(.readOnly, "the reject file `\(path)` cannot be written")
            }
            try handle.seekToEnd()
            return handle
        }
    }

    func add(_ reject: Reject) throws {
        count += 1
        let row = RejectRow(ordinal: Int64(count), reject)
        if first.count < Self.shownOnScreen { first.append(row) }
        guard handle != nil else { return }
        buffer.append(contentsOf: lines.line(file: file, row).utf8)
        if buffer.count > 1 << 16 { try flush() }
    }

    func close() throws {
        try flush()
        try handle?.close()
    }

    private func flush() throws {
        do {
            try handle?.write(contentsOf: Data(buffer))
        } catch {
            throw StoreError(
                .full, "the reject file cannot be written any further; nothing of this delivery was stored")
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
