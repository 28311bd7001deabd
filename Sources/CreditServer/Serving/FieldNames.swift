import HTTPTypes

/// Header fields of ours that the library has no name for.
extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name(written: "X-Forwarded-For")
    static let rateLimit = HTTPField.Name(written: "RateLimit")
    static let rateLimitPolicy = HTTPField.Name(written: "RateLimit-Policy")
    static let referrerPolicy = HTTPField.Name(written: "Referrer-Policy")
    /// Programs that call the interface say here which they are; a browser sends it for no page of ours.
    static let requestedWith = HTTPField.Name(written: "X-Requested-With")
    static let timepoint = HTTPField.Name(written: "Chengxin-Timepoint")

    /// A name that is written in the program, never one that came with a request.
    private init(written name: StaticString) {
        guard let made = HTTPField.Name("\(name)") else {
            preconditionFailure("`\(name)` in the program is no field name (RFC 9110 section 5.1)")
        }
        self = made
    }
}
