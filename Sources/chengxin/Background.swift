import ArgumentParser
import Glibc

/// `--background`, for commands that work long beside a server on the same machine.
struct BackgroundFlag: ParsableArguments {
    @Flag(
        help: """
            Work only with processor time that nobody else wants, so that readers of a server on this machine notice nothing. \
            On a busy machine it takes longer, and whoever else writes waits as long.
            """)
    var background = false

    /// Before the work begins: threads that come later work the same way.
    func begin() throws {
        guard background, !ProcessorTime.takeOnlyWhatIsLeft() else { return }
        throw UsageError(message: "--background is not possible here: \(String(cString: strerror(errno)))")
    }
}

enum ProcessorTime {
    /// Linux's `SCHED_IDLE` (sched(7)). A low priority (`nice`) is not enough: whoever wakes still waits for the rest of the slice of a
    /// thread of lower priority, some milliseconds at each step of an answer; a thread of this class gives way at once.
    private static let idle: Int32 = 5

    /// Puts all threads of this process into that class, and with them those that they begin; no right is needed for it.
    static func takeOnlyWhatIsLeft() -> Bool {
        var done: Set<pid_t> = []
        // Until none is new: one that was not there yet may have begun another.
        while true {
            guard let threads = threads() else { return false }
            let fresh = threads.subtracting(done)
            if fresh.isEmpty { return true }
            for thread in fresh {
                var parameter = sched_param()
                // A thread may have ended since its number was read.
                if sched_setscheduler(thread, idle, &parameter) != 0, errno != ESRCH { return false }
            }
            done.formUnion(fresh)
        }
    }

    private static func threads() -> Set<pid_t>? {
        guard let folder = opendir("/proc/self/task") else { return nil }
        defer { closedir(folder) }
        var threads: Set<pid_t> = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let thread = pid_t(name) { threads.insert(thread) }
        }
        return threads
    }
}
