import CCurl
import CreditModel
import Crypto
import Dispatch
import Foundation
import Glibc

/// One signed POST, as Standard Webhooks describes it.
public struct Webhook: Sendable {
    public let address: String
    /// The same each time the same stretch of the log is told to the same watch.
    public let id: String
    public let sentAt: Instant
    public let body: [UInt8]

    /// - Parameter secrets: sign over `id.timestamp.body`.
    func headers(_ watch: String, _ secrets: WatchSecrets) -> [(name: String, value: String)] {
        let timestamp = String(sentAt.milliseconds / 1000)
        let signature = Self.signature(id: id, timestamp: timestamp, body: body, key: secrets.webhookKey(of: watch))
        return [
            ("Content-Type", "application/json; charset=utf-8"), ("User-Agent", "Chengxin-Watch/1"), ("webhook-id", id),
            ("webhook-timestamp", timestamp), ("webhook-signature", signature),
        ]
    }

    /// `v1,` and HMAC-SHA256 over `id.timestamp.body` in base64.
    /// - Parameter timestamp: seconds since 1970.
    public static func signature(id: String, timestamp: String, body: [UInt8], key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(id).\(timestamp).".utf8) + body, using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }
}

/// Why a message did not arrive. The code is kept with the watch and shown to its holder; the answer's text is not.
public struct DeliveryFault: Error, Hashable, Sendable {
    public let code: String
    /// Whether it is useless to try again by itself.
    public var isFinal = false

    public static let unreachable = DeliveryFault(code: "unreachable")
    public static let timedOut = DeliveryFault(code: "timed-out")
    public static let certificate = DeliveryFault(code: "certificate")
    /// The name leads to an address that a receiver may not have.
    public static let privateAddress = DeliveryFault(code: "private-address")
    public static let redirected = DeliveryFault(code: "redirected")
    public static let closed = DeliveryFault(code: "closed")
    public static let gone = DeliveryFault(code: "gone", isFinal: true)
    public static let mail = DeliveryFault(code: "mail")
    public static func status(_ status: Int) -> DeliveryFault { DeliveryFault(code: "status-\(status)") }
}

/// Posts webhooks with libcurl: it verifies certificates, and asks before each connection whether that address may be opened,
/// which is the only moment at which a name cannot lead elsewhere any more.
struct WebhookSender: Sendable {
    let rules: ReceiverRules
    /// The whole exchange.
    static let mostMilliseconds = 10_000
    static let mostMillisecondsToConnect = 5_000

    /// Requests wait here, never on a thread that others need.
    private static let queue = DispatchQueue(label: "chengxin.watch.webhooks", attributes: .concurrent)
    private static let isReady = chengxin_curl_init() == CURLE_OK

    /// - Throws: `DeliveryFault` unless the receiver answers 2xx.
    func send(_ webhook: Webhook, headers: [(name: String, value: String)]) async throws {
        let outcome: Result<Void, DeliveryFault> = await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: post(webhook, headers)) }
        }
        try outcome.get()
    }

    /// What the callbacks know of the exchange.
    private final class Exchange {
        let rules: ReceiverRules
        var isRefused = false
        init(_ rules: ReceiverRules) { self.rules = rules }
    }

    private func post(_ webhook: Webhook, _ headers: [(name: String, value: String)]) -> Result<Void, DeliveryFault> {
        guard Self.isReady, let handle = curl_easy_init() else { return .failure(.unreachable) }
        defer { curl_easy_cleanup(handle) }
        let exchange = Exchange(rules)
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers + [("Expect", "")] { list = curl_slist_append(list, "\(header.name): \(header.value)") }
        defer { curl_slist_free_all(list) }
        let code = webhook.body.withUnsafeBytes { body in
            withExtendedLifetime(exchange) {
                chengxin_curl_text(handle, CURLOPT_URL, webhook.address)
                chengxin_curl_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
                // Redirects are answers like any other: where they lead was never checked.
                chengxin_curl_number(handle, CURLOPT_FOLLOWLOCATION, 0)
                // A proxy of the environment would connect in our place, to wherever it likes.
                chengxin_curl_text(handle, CURLOPT_PROXY, "")
                chengxin_curl_number(handle, CURLOPT_NOSIGNAL, 1)
                chengxin_curl_number(handle, CURLOPT_TIMEOUT_MS, Self.mostMilliseconds)
                chengxin_curl_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.mostMillisecondsToConnect)
                chengxin_curl_number(handle, CURLOPT_POST, 1)
                chengxin_curl_number(handle, CURLOPT_POSTFIELDSIZE, webhook.body.count)
                chengxin_curl_pointer(handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
                chengxin_curl_headers(handle, list)
                // What the receiver says is not read: only its status counts.
                chengxin_curl_write(handle) { _, size, count, _ in size * count }
                chengxin_curl_pointer(handle, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(exchange).toOpaque())
                chengxin_curl_open_socket(handle) { data, _, address in
                    guard let data, let address else { return -1 }
                    let exchange = Unmanaged<Exchange>.fromOpaque(data).takeUnretainedValue()
                    // An IPv6 address is longer than the field's type says, so it is read where it lies.
                    let place = UnsafeRawPointer(address) + (MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
                    let isAllowed = NetworkAddress(place.assumingMemoryBound(to: sockaddr.self))
                        .map { exchange.rules.allows($0) } ?? false
                    guard isAllowed else {
                        exchange.isRefused = true
                        return -1
                    }
                    return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
                }
                return curl_easy_perform(handle)
            }
        }
        var status = 0
        chengxin_curl_status(handle, &status)
        return Self.judge(code, status, isRefused: exchange.isRefused)
    }

    private static func judge(_ code: CURLcode, _ status: Int, isRefused: Bool) -> Result<Void, DeliveryFault> {
        switch (code, status) {
        case (CURLE_OK, 200..<300): .success(())
        case (CURLE_OK, 300..<400): .failure(.redirected)
        case (CURLE_OK, 410): .failure(.gone)
        case (CURLE_OK, _): .failure(.status(status))
        // A receiver that took it and then keeps talking has taken it.
        case (_, 200..<300): .success(())
        case (CURLE_OPERATION_TIMEDOUT, _): .failure(.timedOut)
        case (CURLE_PEER_FAILED_VERIFICATION, _), (CURLE_SSL_CONNECT_ERROR, _), (CURLE_SSL_CACERT_BADFILE, _): .failure(.certificate)
        case (CURLE_GOT_NOTHING, _), (CURLE_RECV_ERROR, _), (CURLE_SEND_ERROR, _): .failure(.closed)
        default: .failure(isRefused ? .privateAddress : .unreachable)
        }
    }
}
