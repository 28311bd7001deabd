/// Takes in what witnesses answer and adds it to the published checkpoint.
public struct CosignatureBox: Sendable {
    private let log: NoteVerifier
    private let witnesses: [NoteVerifier]

    /// - Throws: `LogError.invalidKey` when a witness key is not of type cosignature.
    public init(log: NoteVerifier, witnesses: [NoteVerifier]) throws {
        guard witnesses.allSatisfy({ $0.algorithm == .cosignature }) else {
            throw LogError(.invalidKey, "a witness key is not a cosigner's key")
        }
        self.log = log
        self.witnesses = witnesses
    }

    /// The published checkpoint with the cosignatures of an answer. Lines of unknown keys are ignored; a witness'
    /// later cosignature takes the place of its earlier one.
    /// - Throws: `LogError.malformed`, `.invalidSignature` when a known witness' line does not fit this checkpoint,
    ///   `.unsigned` when no line is of a known witness.
    public func merge(_ answer: String, into note: Note) throws -> Note {
        guard answer.utf8.last == 0x0A else { throw LogError(.malformed, "the answer does not end in a newline") }
        try note.verify(with: [log])
        var signatures = note.signatures
        var merged = false
        for text in answer.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let line = try NoteSignature(line: String(text))
            guard let witness = witnesses.first(where: { $0.matches(line) }) else { continue }
            guard witness.verifies(line, of: note.text), let time = Cosignature(line)?.timestamp else {
                throw LogError(.invalidSignature, "the cosignature of \(witness.name) is not of this checkpoint")
            }
            merged = true
            if let place = signatures.firstIndex(where: { witness.matches($0) }) {
                if Cosignature(signatures[place]).map({ $0.timestamp < time }) ?? true { signatures[place] = line }
            } else {
                signatures.append(line)
            }
        }
        guard merged else { throw LogError(.unsigned, "no cosignature of a known witness") }
        return try Note(text: note.text, signatures: signatures)
    }

    /// Merges an answer into the checkpoint of a log, under its lock.
    // If we crash before the replacement is durable, the checkpoint stands with or without the cosignature: both are
    // valid, and the witness may be asked again.
    /// - Throws: what `merge` throws; `LogError.locked`, `.missing`, `.storage`.
    @discardableResult
    public func accept<Storage: LogStorage>(_ answer: String, storage: Storage) throws -> Note {
        let lock = try storage.acquireLock()
        defer { withExtendedLifetime(lock) {} }
        let note = try merge(answer, into: Note(storage.read(Storage.checkpointPath)))
        try storage.replaceCheckpoint(note.bytes)
        return note
    }
}
