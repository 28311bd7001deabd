import CreditModel
import Glibc

/// The index of names as a file, so that a delivery of ten rows need not read a million names to tell whom one of them means.
///
/// The file is a copy that may always be deleted: one of another format, another store, other tables of words and places, or with
/// one changed byte is as if it were not there. Numbers that subjects are known by are not in it; only names.
public struct MatchSnapshot: Sendable {
    public let path: String
    private static let format = "chengxin match 1"

    public init(path: String) { self.path = path }

    /// - Parameter stamp: what the store says of itself and of the moment; given back by `load`.
    @discardableResult
    public func save(_ index: MatchIndex, stamp: String) -> Bool {
        let file = SnapshotWriter(path)
        file.write(Self.format)
        file.write(stamp)
        file.write([index.reader.fingerprint])
        index.writeNames(to: file)
        return file.finish()
    }

    public func load(_ reader: NameReader) -> (index: MatchIndex, stamp: String)? {
        guard let file = SnapshotReader(path), file.text() == Self.format, let stamp = file.text(),
            file.array() == [reader.fingerprint], let index = MatchIndex(reader: reader, namesFrom: file), file.isWhole()
        else { return nil }
        return (index, stamp)
    }

    /// Takes the file away, as when a name was erased.
    public func remove() { unlink(path) }
}

extension MatchIndex {
    fileprivate func writeNames(to file: SnapshotWriter) {
        var settled = postings
        settled.settle()
        file.write(shapes)
        file.write(offsets)
        file.write(words)
        file.write(bearers)
        file.write(signatures)
        file.write(exact.keys)
        file.write(exact.values)
        file.write(links.flatMap { [$0.subject, $0.name, UInt32($0.kind.rawValue), $0.nextBearer, $0.nextName] })
        file.write(subjects.map(\.value))
        file.write(numbers.keys)
        file.write(numbers.values)
        file.write(codes)
        file.write(namesOf)
        file.write(otherCodes.keys.sorted())
        file.write(otherCodes.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n"))
        file.write(settled.starts)
        file.write(settled.names)
    }

    fileprivate init?(reader: NameReader, namesFrom file: SnapshotReader) {
        self.init(reader: reader)
        guard let shapes: [NameParts.Shape] = file.array(), let offsets: [UInt32] = file.array(), let words: [UInt32] = file.array(),
            let bearers: [UInt32] = file.array(), let signatures: [UInt64] = file.array(), let exactKeys: [UInt64] = file.array(),
            let exactValues: [UInt32] = file.array(), let exact = FlatMap(keys: exactKeys, values: exactValues),
            let links: [UInt32] = file.array(), let subjects: [Int64] = file.array(), let keys: [UInt64] = file.array(),
            let values: [UInt32] = file.array(), let numbers = FlatMap(keys: keys, values: values),
            let codes: [PackedCode] = file.array(), let namesOf: [UInt32] = file.array(), let others: [UInt32] = file.array(),
            let otherCodes = file.text()?.split(separator: "\n", omittingEmptySubsequences: false),
            let starts: [UInt32] = file.array(), let names: [UInt32] = file.array()
        else { return nil }
        // What the columns hold is vouched for by the checksum; here only that they belong together.
        guard offsets.count == shapes.count, bearers.count == shapes.count, signatures.count == shapes.count, links.count % 5 == 0,
            codes.count == subjects.count, namesOf.count == subjects.count, others.isEmpty || others.count == otherCodes.count
        else { return nil }
        (self.shapes, self.offsets, self.words, self.bearers, self.signatures) = (shapes, offsets, words, bearers, signatures)
        (self.exact, self.numbers, self.codes, self.namesOf) = (exact, numbers, codes, namesOf)
        self.links.reserveCapacity(links.count / 5)
        for place in stride(from: 0, to: links.count, by: 5) {
            self.links.append(
                Link(
                    subject: links[place], name: links[place + 1], kind: NameKind(rawValue: Int(links[place + 2])) ?? .delivered,
                    nextBearer: links[place + 3], nextName: links[place + 4]))
        }
        self.subjects = subjects.map { SubjectID($0) }
        self.otherCodes = Dictionary(zip(others, otherCodes.map { String($0) })) { first, _ in first }
        (postings.starts, postings.names) = (starts, names)
    }
}
