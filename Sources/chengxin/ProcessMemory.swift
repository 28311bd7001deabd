import CJemalloc

/// How much of what was freed this process keeps to itself.
///
/// All memory is jemalloc's (jemalloc(3)), that of Swift and of the libraries as well: it stands before the C library when the program is
/// linked. Rows are taken by one thread and freed by another, short-lived blocks of every size beside what a delivery remembers; the C
/// library's allocator left holes between them that were a third of a delivery's memory.
enum ProcessMemory {
    /// Pages that were freed go back to the system within a second, in place of ten.
    static func keepLow() {
        var milliseconds = 1000
        let size = MemoryLayout<Int>.size
        mallctl("arenas.dirty_decay_ms", nil, nil, &milliseconds, size)
        for arena in 0..<arenas { mallctl("arena.\(arena).dirty_decay_ms", nil, nil, &milliseconds, size) }
    }

    /// Gives back all pages that are free.
    static func giveBack() { mallctl("arena.\(MALLCTL_ARENAS_ALL).purge", nil, nil, nil, 0) }

    private static var arenas: UInt32 {
        var (count, size) = (UInt32(0), MemoryLayout<UInt32>.size)
        mallctl("arenas.narenas", &count, &size, nil, 0)
        return count
    }
}
