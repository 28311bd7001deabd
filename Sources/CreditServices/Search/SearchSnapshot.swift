import CreditModel
import CreditResolution
import Glibc

/// The index as a file, so that a program need not read a million names from the database to find one.
///
/// The file is a copy that may always be deleted. It fits one store at one moment (`stamp`); a file of another format, another
/// store, another set of places, or with one changed byte is as if it were not there.
public struct SearchSnapshot: Sendable {
    public let path: String
    private static let format = "chengxin search 2"

    public init(path: String) { self.path = path }

    /// - Parameter stamp: what the store says of itself and of the moment; given back by `load`.
    @discardableResult
    public func save(_ index: SearchIndex, stamp: String) -> Bool {
        let file = SnapshotWriter(path)
        file.write(Self.format)
        file.write(stamp)
        file.write([index.places.fingerprint])
        file.write(index.owners.keys.sorted())
        file.write(index.owners.keys.sorted().compactMap { index.owners[$0] })
        file.write(index.records.columns.count)
        for (item, column) in index.records.columns.sorted(by: { $0.key < $1.key }) {
            file.write(item)
            file.write(column.subjects)
            file.write(column.until)
        }
        file.write(index.segments.count)
        for segment in index.segments { segment.write(to: file) }
        return file.finish()
    }

    public func load(places: PlaceWords) -> (index: SearchIndex, stamp: String)? {
        guard let file = SnapshotReader(path), file.text() == Self.format, let stamp = file.text(),
            file.array() == [places.fingerprint], let merged: [UInt32] = file.array(), let owners: [UInt32] = file.array(),
            merged.count == owners.count, let columns = file.number()
        else { return nil }
        var index = SearchIndex(places: places)
        index.owners = Dictionary(zip(merged, owners)) { first, _ in first }
        for _ in 0..<columns {
            guard let item = file.text(), let subjects: [UInt32] = file.array(), let until: [Int32] = file.array() else {
                return nil
            }
            index.records.columns[item] = ShownRecords.Column(subjects: subjects, until: until)
        }
        guard let segments = file.number() else { return nil }
        for _ in 0..<segments {
            guard let segment = SearchSegment(file) else { return nil }
            index.segments.append(segment)
        }
        return file.isWhole() ? (index, stamp) : nil
    }

    /// Takes the file away, as when a name was erased: it holds names.
    public func remove() { unlink(path) }
}

extension SearchSegment {
    fileprivate func write(to file: SnapshotWriter) {
        file.write(subjects)
        file.write(ranks)
        file.write(firstNames)
        for column in [status, division, form, sector] {
            file.write(column.values.joined(separator: "\n"))
            file.write(column.codes)
        }
        file.write(nameStarts)
        file.write(nameDocuments)
        file.write(wordStarts)
        file.write(units)
        file.write(byText)
        file.write(byWord)
        file.write(bySubject)
        file.write(postings.firsts)
        file.write(postings.seconds)
        file.write(postings.slots)
        file.write(postings.singles)
        file.write(postings.lists)
        file.write(postings.bitmapCounts)
        for bitmap in postings.bitmaps { file.write(bitmap.words) }
        file.write(frequent.threshold ?? -1)
        let texts = frequent.counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        file.write(texts.map { UInt32($0.key.count) })
        file.write(texts.flatMap(\.key))
        file.write(texts.map(\.value))
        file.write(goneDocuments.map { subjects[Int($0)] })
    }

    fileprivate init?(_ file: SnapshotReader) {
        self.init()
        guard let subjects: [UInt32] = file.array(), let ranks: [UInt16] = file.array(),
            let firstNames: [UInt32] = file.array()
        else { return nil }
        (self.subjects, self.ranks, self.firstNames) = (subjects, ranks, firstNames)
        var columns: [FacetColumn] = []
        for _ in 0..<4 {
            guard let values = file.text(), let codes: [UInt16] = file.array() else { return nil }
            columns.append(
                FacetColumn(
                    values: values.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), codes: codes))
        }
        (status, division, form, sector) = (columns[0], columns[1], columns[2], columns[3])
        guard let nameStarts: [UInt32] = file.array(), let nameDocuments: [UInt32] = file.array(),
            let wordStarts: [UInt8] = file.array(), let units: [UInt16] = file.array(), let byText: [UInt32] = file.array(),
            let byWord: [UInt32] = file.array(), let bySubject: [UInt32] = file.array(),
            let firsts: [UInt32] = file.array(), let seconds: [UInt16] = file.array(), let slots: [UInt32] = file.array(),
            let singles: [UInt32] = file.array(), let lists: [UInt32] = file.array(),
            let bitmapCounts: [UInt32] = file.array()
        else { return nil }
        (self.nameStarts, self.nameDocuments, self.wordStarts, self.units) = (nameStarts, nameDocuments, wordStarts, units)
        (self.byText, self.byWord, self.bySubject) = (byText, byWord, bySubject)
        (postings.firsts, postings.seconds, postings.slots) = (firsts, seconds, slots)
        (postings.singles, postings.lists, postings.bitmapCounts) = (singles, lists, bitmapCounts)
        for _ in bitmapCounts {
            guard let words: [UInt64] = file.array() else { return nil }
            postings.bitmaps.append(Bitmap(words: words))
        }
        guard let threshold = file.number(), let lengths: [UInt32] = file.array(), let texts: [UInt16] = file.array(),
            let counts: [UInt32] = file.array(), lengths.count == counts.count,
            lengths.reduce(0, { $0 + Int($1) }) == texts.count, let gone: [UInt32] = file.array()
        else { return nil }
        frequent.threshold = threshold < 0 ? nil : threshold
        var place = 0
        for (length, count) in zip(lengths, counts) {
            frequent.counts[Array(texts[place..<place + Int(length)])] = count
            place += Int(length)
        }
        // A file whose checksum does not fit is let go of at its end; until then nothing may be out of bounds.
        guard isSound else { return nil }
        for subject in gone { remove(subject) }
    }

    /// Whether the columns have the lengths that belong together. What they hold is vouched for by the checksum.
    private var isSound: Bool {
        let documents = subjects.count, names = nameDocuments.count
        return ranks.count == documents && firstNames.count == documents + 1 && bySubject.count == documents
            && [status, division, form, sector].allSatisfy { $0.codes.count == documents }
            && nameStarts.count == names + 1 && wordStarts.count == names && byText.count == names && byWord.count <= names
            && postings.firsts.count == 65537 && postings.singles.count == 65536 && postings.seconds.count == postings.slots.count
            && bySubject.allSatisfy { Int($0) < documents }
    }
}
