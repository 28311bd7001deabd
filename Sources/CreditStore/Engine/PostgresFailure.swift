import CPostgres

/// What went wrong on a connection, reduced to what may be told: a SQLSTATE, never a message, since the server's
/// messages hold SQL and data.
///
/// SQLSTATEs: PostgreSQL documentation, appendix A.
struct PostgresFailure {
    /// Five letters and digits; empty where libpq failed without a word from the server.
    let state: String
    /// Whether the connection is gone.
    let isLost: Bool

    /// The server asks for the whole transaction to be repeated: serialization failure or deadlock.
    var asksForRepetition: Bool { state == "40001" || state == "40P01" }
    /// A prepared statement no longer fits the schema; a new connection has none.
    var isStale: Bool { state == "0A000" || state == "26000" }

    init(state: String, isLost: Bool) {
        self.state = state
        self.isLost = isLost
    }

    /// Reads a failed result. `result` is nil where libpq could not even send.
    init(_ result: OpaquePointer?, on connection: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String {
            PQresultErrorField(result, CInt(code.value)).map { String(cString: $0) } ?? ""
        }
        // FATAL and PANIC end the session, even before the end of the stream is seen.
        let severity = field("V")
        state = field("C")
        isLost = PQstatus(connection) == CONNECTION_BAD || severity == "FATAL" || severity == "PANIC"
    }

    /// Reads a refused connection. Its verbosity is SQLSTATE, so that the last word of the last line is the code.
    init(refused connection: OpaquePointer?) {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let word = message.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        let isState =
            word.utf8.count == 5
            && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        state = PQconnectionNeedsPassword(connection) == 1 ? "28000" : isState ? word : ""
        isLost = true
    }

    /// The fault as operators read it, for a failure inside a transaction.
    var storeError: StoreError {
        if isLost {
            return StoreError(
                .connectionLost, "the connection to the database server was lost; nothing of this was stored, try again"
            )
        }
        switch state {
        case "25006":
            return StoreError(.readOnly, "the database server takes no writes now: it is read-only or a standby")
        case "53100", "58030":
            return StoreError(
                .full,
                """
                the disk of the database server is full or faulty; nothing of this delivery was stored, \
                free some space and send it again
                """)
        case "55P03", "53200", "53300", "57014", "40001", "40P01":
            return StoreError(.busy, "the database is busy with another writer; try again when it is done")
        case "XX001", "XX002":
            return StoreError(.damaged, "the database is damaged; restore the last backup")
        case "42501":
            return StoreError(.refused, "the database user may not do this; the platform's user must own its database")
        case "": return StoreError(.fault, "the database connection failed")
        default: return StoreError(.fault, "the database refused an operation (code \(state))")
        }
    }

    /// The fault as operators read it, for a connection that was never made.
    func storeError(host: String) -> StoreError {
        switch state {
        case _ where state.hasPrefix("28"):
            return StoreError(
                .refused, "the database server does not admit this user; check the user, the password and pg_hba.conf")
        case "3D000":
            return StoreError(.missing, "the database server has no such database; create it with `createdb`")
        case "42501": return StoreError(.refused, "the user may not connect to this database")
        case "53300": return StoreError(.busy, "the database server has no connection to spare; try again later")
        case "57P03": return StoreError(.unreachable, "the database server is starting or stopping: \(host)")
        default: return StoreError(.unreachable, "the database server cannot be reached: \(host)")
        }
    }
}
