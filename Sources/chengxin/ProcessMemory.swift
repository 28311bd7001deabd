import CMalloc

/// How much of what was freed this process keeps to itself.
enum ProcessMemory {
    /// Blocks of a megabyte and more go back to the system when they are freed. The C library does so, too, but takes ever larger blocks
    /// for small ones as they are freed, and a delivery of a whole city frees tables of every size as they grow: what is kept of them
    /// was a fifth of its peak. A block costs a call to the system and pages filled with zeros, which only programs notice that take
    /// and free many of them.
    static func keepLow() {
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_ARENA_MAX, 4)
    }

    /// Gives back what lies between small blocks, where whole pages of it are free.
    static func giveBack() { malloc_trim(0) }
}
