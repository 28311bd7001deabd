import CreditModel

/// The names of some organisations, built once and never changed; what changes is built anew in a later segment and marked here.
///
/// A document is an organisation with all names it is known by. Documents are numbered in the order in which equally good
/// answers are shown, so that looking through a set from its beginning finds the best first. Text is UTF-16: two bytes for
/// nearly every character of a name, and a rare character of two units matches as a whole, because its halves are told apart.
struct SearchSegment: Sendable {
    // By document.
    var subjects: [UInt32] = []
    var ranks: [UInt16] = []
    var firstNames: [UInt32] = [0]
    var status = FacetColumn()
    var division = FacetColumn()
    var form = FacetColumn()
    var sector = FacetColumn()

    // By name; those of one document next to each other.
    var nameStarts: [UInt32] = [0]
    var nameDocuments: [UInt32] = []
    /// Where the distinctive word begins, behind the places; 0 where it is the beginning.
    var wordStarts: [UInt8] = []
    var units: [UInt16] = []

    /// Names in the order of their texts, and those that begin with a place in the order of what follows it.
    var byText: [UInt32] = []
    var byWord: [UInt32] = []
    /// Documents in the order of their subjects.
    var bySubject: [UInt32] = []

    var postings = Postings()
    var frequent = FrequentTexts()

    /// Documents that are known better by a later segment, or no more.
    private(set) var gone = Bitmap(size: 0)
    private(set) var goneDocuments: [UInt32] = []

    var count: Int { subjects.count }
    var liveCount: Int { subjects.count - goneDocuments.count }

    func document(of subject: UInt32) -> UInt32? {
        var low = 0, high = bySubject.count
        while low < high {
            let middle = (low + high) / 2
            if subjects[Int(bySubject[middle])] < subject { low = middle + 1 } else { high = middle }
        }
        guard low < bySubject.count, subjects[Int(bySubject[low])] == subject else { return nil }
        return bySubject[low]
    }

    mutating func remove(_ subject: UInt32) {
        guard let document = document(of: subject) else { return }
        if gone.words.isEmpty { gone = Bitmap(size: count) }
        guard !gone[document] else { return }
        gone.insert(document)
        goneDocuments.append(document)
    }

    func isGone(_ document: UInt32) -> Bool { !gone.words.isEmpty && gone[document] }

    func text(_ name: UInt32) -> Range<Int> { Int(nameStarts[Int(name)])..<Int(nameStarts[Int(name) + 1]) }

    // MARK: standing

    /// What orders equally good answers: bodies that still are before those that are no more, registered ones before those that
    /// are only known from records, shorter names before longer ones. What is on a body's file plays no part.
    static func rank(isEnded: Bool, isRegistered: Bool, length: Int) -> UInt16 {
        (isEnded ? 0x8000 : 0) | (isRegistered ? 0 : 0x4000) | UInt16(min(length, 0x3FFF))
    }
}

/// Gathers documents and their names in any order, and makes a segment of them.
struct SegmentBuilder {
    private var numbers: [UInt32: UInt32] = [:]
    private var subjects: [UInt32] = []
    private var flags: [(isEnded: Bool, isRegistered: Bool)] = []
    private var lengths: [UInt16] = []
    private var status = FacetColumn()
    private var division = FacetColumn()
    private var form = FacetColumn()
    private var sector = FacetColumn()
    private var known = Known()

    /// By column: the places of the values met so far.
    private struct Known {
        var status: [String: UInt16] = [:]
        var division: [String: UInt16] = [:]
        var form: [String: UInt16] = [:]
        var sector: [String: UInt16] = [:]
    }

    private var owners: [UInt32] = []
    private var nameStarts: [UInt32] = [0]
    private var wordStarts: [UInt8] = []
    private var units: [UInt16] = []

    var isEmpty: Bool { subjects.isEmpty }

    mutating func add(
        _ subject: UInt32, isEnded: Bool, isRegistered: Bool, status: String, division: String, form: String,
        sector: String
    ) {
        guard numbers[subject] == nil else { return }
        numbers[subject] = UInt32(subjects.count)
        subjects.append(subject)
        flags.append((isEnded, isRegistered))
        lengths.append(0)
        self.status.codes.append(self.status.place(of: status, &known.status))
        self.division.codes.append(self.division.place(of: division, &known.division))
        self.form.codes.append(self.form.place(of: form, &known.form))
        self.sector.codes.append(self.sector.place(of: sector, &known.sector))
    }

    /// - Parameter isCurrent: whether it is the name by whose length the document is ordered.
    mutating func add(name: some Sequence<UInt16>, wordStart: Int, isCurrent: Bool, of subject: UInt32) {
        guard let document = numbers[subject] else { return }
        let before = units.count
        units.append(contentsOf: name)
        let length = units.count - before
        guard length > 0 else { return }
        owners.append(document)
        nameStarts.append(UInt32(units.count))
        wordStarts.append(UInt8(clamping: wordStart))
        if isCurrent || lengths[Int(document)] == 0 { lengths[Int(document)] = UInt16(clamping: length) }
    }

    /// Takes over what is left of a segment.
    mutating func add(_ segment: SearchSegment) {
        for document in 0..<UInt32(segment.count) where !segment.isGone(document) {
            let place = Int(document)
            let subject = segment.subjects[place]
            let rank = segment.ranks[place]
            add(
                subject, isEnded: rank & 0x8000 != 0, isRegistered: rank & 0x4000 == 0,
                status: segment.status.values[Int(segment.status.codes[place])],
                division: segment.division.values[Int(segment.division.codes[place])],
                form: segment.form.values[Int(segment.form.codes[place])],
                sector: segment.sector.values[Int(segment.sector.codes[place])])
            guard let number = numbers[subject] else { continue }
            for name in segment.firstNames[place]..<segment.firstNames[place + 1] {
                add(
                    name: segment.units[segment.text(name)], wordStart: Int(segment.wordStarts[Int(name)]), isCurrent: false,
                    of: subject)
            }
            lengths[Int(number)] = rank & 0x3FFF
        }
    }

    consuming func build() -> SearchSegment {
        var segment = SearchSegment()
        let ranks = subjects.indices.map {
            SearchSegment.rank(isEnded: flags[$0].isEnded, isRegistered: flags[$0].isRegistered, length: Int(lengths[$0]))
        }
        // Documents in their order of standing; the first registered goes first among equals.
        let order = subjects.indices.map { UInt64(ranks[$0]) << 32 | UInt64(subjects[$0]) }.enumerated()
            .map { (key: $0.element, place: UInt32($0.offset)) }.sorted { $0.key < $1.key }
        var documents = Array(repeating: UInt32(0), count: subjects.count)
        for (document, entry) in order.enumerated() { documents[Int(entry.place)] = UInt32(document) }
        func ordered<T>(_ column: [T]) -> [T] { order.map { column[Int($0.place)] } }
        segment.subjects = ordered(subjects)
        segment.ranks = ordered(ranks)
        (segment.status, segment.division, segment.form, segment.sector) = (status, division, form, sector)
        segment.status.codes = ordered(status.codes)
        segment.division.codes = ordered(division.codes)
        segment.form.codes = ordered(form.codes)
        segment.sector.codes = ordered(sector.codes)
        // Names go to their documents.
        var firstNames = Array(repeating: UInt32(0), count: subjects.count + 1)
        for owner in owners { firstNames[Int(documents[Int(owner)]) + 1] += 1 }
        for document in subjects.indices { firstNames[document + 1] += firstNames[document] }
        segment.firstNames = firstNames
        var sources = Array(repeating: 0, count: owners.count)
        var cursor = firstNames
        for (source, owner) in owners.enumerated() {
            let document = Int(documents[Int(owner)])
            sources[Int(cursor[document])] = source
            cursor[document] += 1
        }
        segment.units.reserveCapacity(units.count)
        segment.nameStarts.reserveCapacity(owners.count + 1)
        for source in sources {
            segment.units.append(contentsOf: units[Int(nameStarts[source])..<Int(nameStarts[source + 1])])
            segment.nameStarts.append(UInt32(segment.units.count))
        }
        segment.wordStarts = sources.map { wordStarts[$0] }
        segment.nameDocuments = sources.map { documents[Int(owners[$0])] }
        segment.bySubject = segment.subjects.indices.map { (segment.subjects[$0], UInt32($0)) }.sorted { $0.0 < $1.0 }
            .map(\.1)
        segment.byText = segment.sorted(segment.nameDocuments.indices.map { UInt32($0) }) { _ in 0 }
        segment.byWord = segment.sorted(
            segment.nameDocuments.indices.filter { segment.wordStarts[$0] > 0 }.map { UInt32($0) }
        ) { [wordStarts = segment.wordStarts] in Int(wordStarts[Int($0)]) }
        segment.postings = Postings(
            documents: segment.count, units: segment.units, nameStarts: segment.nameStarts,
            nameDocuments: segment.nameDocuments)
        segment.frequent = FrequentTexts(
            documents: segment.count, units: segment.units, nameStarts: segment.nameStarts,
            nameDocuments: segment.nameDocuments, postings: segment.postings)
        return segment
    }
}

extension SearchSegment {
    /// Names in the order of their texts from a place on, equal texts in the order of their documents.
    fileprivate func sorted(_ names: [UInt32], from start: (UInt32) -> Int) -> [UInt32] {
        // Four units decide most comparisons without a look at the text.
        var keyed = names.map { name -> (key: UInt64, name: UInt32) in
            let text = text(name)
            var key: UInt64 = 0
            let begin = text.lowerBound + start(name)
            for place in begin..<begin + 4 { key = key << 16 | UInt64(place < text.upperBound ? units[place] : 0) }
            return (key, name)
        }
        units.withUnsafeBufferPointer { units in
            nameStarts.withUnsafeBufferPointer { nameStarts in
                keyed.sort { left, right in
                    if left.key != right.key { return left.key < right.key }
                    var l = Int(nameStarts[Int(left.name)]) + start(left.name) + 4
                    var r = Int(nameStarts[Int(right.name)]) + start(right.name) + 4
                    let lEnd = Int(nameStarts[Int(left.name) + 1]), rEnd = Int(nameStarts[Int(right.name) + 1])
                    while l < lEnd, r < rEnd {
                        if units[l] != units[r] { return units[l] < units[r] }
                        l += 1
                        r += 1
                    }
                    let lLeft = max(0, lEnd - l), rLeft = max(0, rEnd - r)
                    return lLeft != rLeft ? lLeft < rLeft : left.name < right.name
                }
            }
        }
        return keyed.map(\.name)
    }
}
