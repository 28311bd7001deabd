import ArgumentParser
import Glibc

/// `--background`, for commands that work long beside a server on the same machine.
struct BackgroundFlag: ParsableArguments {
    @Flag(
        help: """
            Work only with processor time that nobody else wants, so that a server on this machine answers as if alone. \
            On a machine that is always busy it may take very long.
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

    /// Puts all threads of this process into that class; no right is needed for it.
    static func takeOnlyWhatIsLeft() -> Bool {
        guard let folder = opendir("/proc/self/task") else { return false }
        defer { closedir(folder) }
        var isSet = true
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let thread = pid_t(name) else { continue }
            var parameter = sched_param()
            // A thread may have ended since its name was read.
            if sched_setscheduler(thread, idle, &parameter) != 0, errno != ESRCH { isSet = false }
        }
        return isSet
    }
}
