/// Derives a published log anew from its entries and compares every file with it: entry bundles, hash tiles of all
/// levels, partial ones also of earlier checkpoints, and the signed root.
///
/// One pass in order of the entries; it holds one tile per level, whatever the size of the log. A fault does not end it:
/// which of two files that disagree is damaged is decided by the tile above, and the sound one is gone on with.
/// Files beyond the checkpoint belong to a publication that is not finished, and names that begin with a dot to none.
public struct LogVerifier<Storage: LogStorage> {
    private let storage: Storage
    private let keys: [NoteVerifier]
    private var report = LogReport()
    private var size: UInt64 = 0
    /// Hashes derived so far of the tile that grows in each level.
    private var levels: [[TreeHash]] = []

    /// - Parameter keys: keys of the log, and of witnesses whose signatures shall be checked with it.
    public init(storage: Storage, keys: [NoteVerifier]) {
        self.storage = storage
        self.keys = keys
    }

    /// Verifies the whole log.
    /// - Parameters:
    ///   - progress: called after each bundle with the entries done and the size.
    ///   - entries: called in order for each bundle that is proved by the tree, with the index of its first entry, so
    ///     that the caller can compare with a database in the same pass.
    /// - Throws: only what the callbacks throw; faults of files are in the report.
    public mutating func verify(
        progress: (_ done: UInt64, _ size: UInt64) throws -> Void = { _, _ in },
        entries: (_ start: UInt64, _ bundle: EntryBundle) throws -> Void = { _, _ in }
    ) throws -> LogReport {
        report = LogReport()
        levels = []
        do {
            let note = try Note(storage.read(Storage.checkpointPath))
            report.checkpoint = try Checkpoint(verifying: note, keys: keys)
        } catch {
            report.add(Storage.checkpointPath, Self.words(error))
            return report
        }
        size = report.size
        var start: UInt64 = 0
        while start < size {
            let width = Int(min(256, size - start))
            if let bundle = verifyBundle(index: start / 256, width: width) { try entries(start, bundle) }
            start += UInt64(width)
            try progress(start, size)
        }
        finish()
        return report
    }

    /// Compares a bundle with its leaf tile and hands the leaves up. Returns the bundle if the tree has its entries.
    private mutating func verifyBundle(index: UInt64, width: Int) -> EntryBundle? {
        let bundlePath = TilePath(.entries, index: index, width: width)
        let tilePath = TilePath(.hashes(level: 0), index: index, width: width)
        var bundle: EntryBundle?
        if let bytes = read(bundlePath) {
            bundle = try? EntryBundle(bytes)
            if bundle?.count != width {
                report.add(bundlePath.description, "it does not hold \(width) entries")
                bundle = nil
            }
        }
        let stored = hashes(at: tilePath)
        let derived = bundle?.leafHashes()
        report.entries += UInt64(bundle?.count ?? 0)

        var sound = derived ?? stored
        if let derived, let stored, derived != stored {
            let fits = (derived: fit(derived, tilePath), stored: fit(stored, tilePath))
            if !fits.derived {
                report.add(bundlePath.description, "its entries do not give the hashes of the tree")
                bundle = nil
            }
            if !fits.stored { report.add(tilePath.description, "its hashes are not those of the entries") }
            if fits.stored { sound = stored }
        }
        if let sound {
            verifyEarlierTiles(of: tilePath, sound)
            verifyEarlierBundles(of: bundlePath, sound)
        }
        climb(sound, from: tilePath)
        return bundle
    }

    /// Whether leaf hashes fit what lies above them: the tile of level 1, or at the right edge the signed root.
    private func fit(_ hashes: [TreeHash], _ path: TilePath) -> Bool {
        if path.isFull { return storedParent(of: path) == TreeHash.root(of: hashes) }
        return TreeHash.root(ofLevels: [hashes] + levels.dropFirst()) == report.checkpoint?.root
    }

    /// Hands a finished tile to the level above. Without its hashes the level above is believed.
    private mutating func climb(_ hashes: [TreeHash]?, from path: TilePath) {
        guard case .hashes(let level) = path.kind else { return }
        while levels.count <= level + 1 { levels.append([]) }
        guard path.isFull else {
            levels[level] = hashes ?? []
            return
        }
        levels[level].removeAll(keepingCapacity: true)
        let root = hashes.map { TreeHash.root(of: $0) } ?? storedParent(of: path) ?? .empty
        levels[level + 1].append(root)
        guard levels[level + 1].count == TilePath.fullWidth else { return }
        let above = TilePath(.hashes(level: level + 1), index: path.index / 256)
        climb(verifyTile(above, derived: levels[level + 1]), from: above)
    }

    /// Compares a tile above the leaves with what the tiles below gave, and returns the hashes to go on with.
    private mutating func verifyTile(_ path: TilePath, derived: [TreeHash]) -> [TreeHash] {
        var sound = derived
        if let stored = hashes(at: path), stored != derived {
            if path.isFull, storedParent(of: path) == TreeHash.root(of: stored) {
                // Entries and leaf tile agreed with each other, but not with two levels above them.
                nameChildren(of: path, stored, derived)
                sound = stored
            } else {
                report.add(path.description, "its hashes are not those of the tiles below")
            }
        }
        verifyEarlierTiles(of: path, sound)
        return sound
    }

    private mutating func nameChildren(of path: TilePath, _ stored: [TreeHash], _ derived: [TreeHash]) {
        guard case .hashes(let level) = path.kind else { return }
        for position in stored.indices where stored[position] != derived[position] {
            let child = TilePath(.hashes(level: level - 1), index: path.index * 256 + UInt64(position))
            report.add(child.description, "its root is not the hash in the tile above")
            if level == 1 {
                report.add(TilePath(.entries, index: child.index).description, "its entries are not in the tree")
            }
        }
    }

    /// The partial tiles of the right edge, and the root.
    private mutating func finish() {
        for level in levels.indices.dropFirst() where !levels[level].isEmpty {
            let path = TilePath(
                .hashes(level: level), index: TilePath.elements(.hashes(level: level), in: size) / 256,
                width: levels[level].count)
            levels[level] = verifyTile(path, derived: levels[level])
        }
        report.root = TreeHash.root(ofLevels: levels)
        // With every file in agreement, it is the checkpoint that belongs to another tree.
        if report.root != report.checkpoint?.root, report.damageCount == 0 {
            report.add(Storage.checkpointPath, "its root is not the root of the entries")
        }
    }

    /// The hash that the tile above holds for a full tile; nil when there is none. Read on doubt only.
    private func storedParent(of path: TilePath) -> TreeHash? {
        guard path.isFull, case .hashes(let level) = path.kind else { return nil }
        let elements = TilePath.elements(.hashes(level: level + 1), in: size)
        let index = path.index / 256
        let parent = TilePath(.hashes(level: level + 1), index: index, width: Int(min(256, elements - index * 256)))
        guard let bytes = try? storage.read(parent), let hashes = try? Tile.hashes(bytes, at: parent) else {
            return nil
        }
        return hashes[Int(path.index % 256)]
    }

    /// Partial tiles of earlier checkpoints must be the start of the tile.
    private mutating func verifyEarlierTiles(of path: TilePath, _ hashes: [TreeHash]) {
        for earlier in earlierTiles(of: path) {
            guard let bytes = read(earlier) else { continue }
            if bytes != Tile.bytes(hashes.prefix(earlier.width)) {
                report.add(earlier.description, "it is not the start of the tile that grew from it")
            }
        }
    }

    private mutating func verifyEarlierBundles(of path: TilePath, _ hashes: [TreeHash]) {
        for earlier in earlierTiles(of: path) {
            guard let bytes = read(earlier) else { continue }
            if (try? EntryBundle(bytes).leafHashes()) != Array(hashes.prefix(earlier.width)) {
                report.add(earlier.description, "it is not the start of the bundle that grew from it")
            }
        }
    }

    private mutating func earlierTiles(of path: TilePath) -> [TilePath] {
        let names: [String]
        do {
            names = try storage.names(in: path.partialDirectory)
        } catch {
            report.add(path.partialDirectory, Self.words(error))
            return []
        }
        var earlier: [TilePath] = []
        for name in names where !name.hasPrefix(".") {
            guard let width = Decimal.value(name), (1...255).contains(width) else {
                report.add(path.partialDirectory + "/" + name, "it is no file of a log")
                continue
            }
            if width < path.width { earlier.append(TilePath(path.kind, index: path.index, width: Int(width))) }
        }
        return earlier
    }

    private mutating func hashes(at path: TilePath) -> [TreeHash]? {
        guard let bytes = read(path) else { return nil }
        do {
            return try Tile.hashes(bytes, at: path)
        } catch {
            report.add(path.description, Self.words(error))
            return nil
        }
    }

    /// Nil when it cannot be read, which is then reported.
    private mutating func read(_ path: TilePath) -> [UInt8]? {
        do {
            let bytes = try storage.read(path)
            if case .entries = path.kind { report.bundles += 1 } else { report.tiles += 1 }
            return bytes
        } catch {
            report.add(path.description, Self.words(error))
            return nil
        }
    }

    private static func words(_ error: any Error) -> String { (error as? LogError)?.detail ?? "\(error)" }
}
