import Synchronization
import Testing

@testable import CreditServer

@Suite("what many ask for at once is worked out once")
struct SharedWorkTests {
    private struct Refused: Error {}

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    /// Opens once so many have come.
    private final class Gate: Sendable {
        private let state: Mutex<(left: Int, waiting: [CheckedContinuation<Void, Never>])>
        init(_ count: Int) { state = Mutex((count, [])) }

        func come() { open { $0.left -= 1 } }

        func pass() async {
            await withCheckedContinuation { waiter in open { $0.waiting.append(waiter) } }
        }

        private func open(_ change: (inout (left: Int, waiting: [CheckedContinuation<Void, Never>])) -> Void) {
            let free = state.withLock { state in
                change(&state)
                defer { if state.left <= 0 { state.waiting = [] } }
                return state.left <= 0 ? state.waiting : []
            }
            free.forEach { $0.resume() }
        }
    }

    /// Twenty ask while the first is at work; it ends once `mayEnd` has seen that it is the only one.
    private func ask(_ first: @escaping @Sendable (Int) throws -> (Int, Bool)) async -> (
        values: [Int?], worked: Int, shared: Int
    ) {
        let work = SharedWork<String, Int>()
        let begun = Gate(1), release = Gate(1)
        let worked = Counter()
        @Sendable func one(_ own: Int) async -> (Int?, Bool) {
            do {
                let (value, isShared) = try await work.value("home") {
                    worked.add()
                    if own == 0 {
                        begun.come()
                        await release.pass()
                    }
                    let (value, mayShare) = try first(own)
                    return (value, mayShare)
                }
                return (value, isShared)
            } catch { return (nil, false) }
        }
        return await withTaskGroup(of: (Int?, Bool).self) { group in
            group.addTask { await one(0) }
            await begun.pass()
            for number in 1...20 { group.addTask { await one(number) } }
            // Whoever comes after the first has ended works for itself, so the first waits until all have come.
            while work.waitingCount("home") < 20 { await Task.yield() }
            release.come()
            var values: [Int?] = [], shared = 0
            for await (value, isShared) in group {
                values.append(value)
                shared += isShared ? 1 : 0
            }
            return (values, worked.value, shared)
        }
    }

    @Test("twenty who come while one works get what it found")
    func once() async {
        let seen = await ask { (100 + $0, true) }
        #expect(seen.worked == 1)
        #expect(seen.shared == 20)
        #expect(seen.values == Array(repeating: 100, count: 21))
    }

    @Test("what is one reader's alone is given to nobody else")
    func own() async {
        let seen = await ask { (100 + $0, false) }
        #expect(seen.worked == 21)
        #expect(seen.shared == 0)
        #expect(Set(seen.values) == Set((0...20).map { 100 + $0 }))
    }

    @Test("when the first fails, the others find out for themselves")
    func failure() async {
        let seen = await ask { own in
            if own == 0 { throw Refused() }
            return (7, true)
        }
        #expect(seen.values.count { $0 == 7 } == 20)
        #expect(seen.values.count { $0 == nil } == 1)
    }

    @Test("the next question is worked out anew")
    func anew() async throws {
        let work = SharedWork<String, Int>()
        #expect(try await work.value("home") { (1, true) }.value == 1)
        #expect(try await work.value("home") { (2, true) }.value == 2)
    }
}
