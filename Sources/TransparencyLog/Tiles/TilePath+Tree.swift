extension TilePath {
    /// Every tile and entry bundle that a tree of `size` leaves consists of, partial ones at their width in that tree.
    public static func all(size: UInt64) -> [TilePath] {
        var paths: [TilePath] = []
        func add(_ kind: Kind, _ count: UInt64) {
            let full = count / UInt64(fullWidth)
            for index in 0..<full { paths.append(TilePath(kind, index: index)) }
            let rest = Int(count % UInt64(fullWidth))
            if rest > 0 { paths.append(TilePath(kind, index: full, width: rest)) }
        }
        add(.entries, size)
        var (level, count) = (0, size)
        while count > 0 {
            add(.hashes(level: level), count)
            (level, count) = (level + 1, count / UInt64(fullWidth))
        }
        return paths
    }
}
