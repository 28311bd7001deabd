import Glibc

/// How many files and connections this process may hold open.
///
/// A connection that cannot be taken for want of a descriptor would be asked for again and again, so fewer are taken than there
/// are descriptors for.
enum OpenFiles {
    /// Kept for databases, the log's tiles, programs and the like.
    static let reserved = 512

    /// The limit, raised to what the system allows this process.
    static let most: Int = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }()
}
