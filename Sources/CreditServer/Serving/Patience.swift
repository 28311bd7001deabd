import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Lets go of who keeps a connection without using it: uploads that trickle or never end, answers that nobody takes, one client
/// with hundreds of connections. Idle connections and headers that trickle are let go by the server itself after
/// `PortalConfiguration.idleSeconds`.
///
/// Bytes are counted, nobody is noted: an address is held in memory for as long as it is connected.
final class Patience: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct Limits: Sendable {
        /// Connections of one address at a time; proxies are exempt.
        var connections = 512
        /// Connections of all; when three quarters are taken, an address gets one in sixteen of what it would, so that newcomers
        /// with a few are still let in.
        var capacity = PortalConfiguration.mostConnections
        /// How often progress is looked at.
        var period = TimeAmount.seconds(10)
        /// What a client must send, or take, in each period while something is under way.
        var progress = 8 << 10
        /// What one request may hold, wherever it is addressed.
        var request = 64 << 20

        func with(capacity: Int) -> Limits {
            var limits = self
            limits.capacity = capacity
            return limits
        }
    }

    private let limits: Limits
    private let visitors: Visitors
    private var address: String?
    private var check: Scheduled<Void>?
    /// Bytes of the body that is being received; nil between requests.
    private var received: Int?
    private var receivedBefore = 0
    private var waitingBefore: Int?

    init(limits: Limits, visitors: Visitors) { (self.limits, self.visitors) = (limits, visitors) }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func begin(_ context: ChannelHandlerContext) {
        guard address == nil, let remote = context.remoteAddress?.ipAddress else { return }
        guard visitors.enter(remote, limits) else { return context.close(promise: nil) }
        address = remote
    }

    private func end() {
        check?.cancel()
        check = nil
        if let address { visitors.leave(address) }
        address = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: (received, receivedBefore) = (0, 0)
        case .body(let bytes):
            received = (received ?? 0) + bytes.readableBytes
            if received! > limits.request { return context.close(promise: nil) }
            watch(context)
        case .end: received = nil
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { waitingBefore = nil } else { watch(context) }
        context.fireChannelWritabilityChanged()
    }

    private func watch(_ context: ChannelHandlerContext) {
        guard check == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: limits.period) {
            let (handler, context) = bound.value
            handler.check = nil
            handler.look(context)
        }
    }

    /// Once a period while a body comes in or an answer waits to be taken.
    private func look(_ context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            let waiting = (try? context.channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
            if let waitingBefore, waitingBefore - waiting < limits.progress { return context.close(promise: nil) }
            waitingBefore = waiting
            watch(context)
        } else if let received {
            // An answer that is being worked out does not read on; only who could send and does not is let go.
            if received - receivedBefore < limits.progress { return context.close(promise: nil) }
            receivedBefore = received
            watch(context)
        }
    }

    /// How many connections each address has.
    final class Visitors: Sendable {
        private struct State {
            var counts: [String: Int] = [:]
            var total = 0
        }
        private let exempt: Set<String>
        private let state = Mutex(State())

        init(exempt: Set<String>) { self.exempt = exempt }

        func enter(_ address: String, _ limits: Limits) -> Bool {
            if exempt.contains(address) { return true }
            return state.withLock { state in
                let isTight = state.total >= limits.capacity / 4 * 3
                let most = isTight ? max(1, limits.connections / 16) : limits.connections
                guard state.counts[address, default: 0] < most else { return false }
                state.counts[address, default: 0] += 1
                state.total += 1
                return true
            }
        }

        func leave(_ address: String) {
            if exempt.contains(address) { return }
            state.withLock { state in
                guard let count = state.counts[address] else { return }
                state.counts[address] = count > 1 ? count - 1 : nil
                state.total -= 1
            }
        }
    }
}
