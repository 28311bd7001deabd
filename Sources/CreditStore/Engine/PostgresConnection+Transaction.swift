import CPostgres

extension PostgresConnection {
    enum Access: Sendable {
        case reading
        case writing
    }

    /// The lock that every writing transaction takes first ("chengxin" in ASCII). It is held per database, so platforms
    /// in different databases of one server do not wait for each other.
    private static let writerLock: Int64 = 0x6368_656E_6778_696E

    /// Begins a transaction. A writer then waits until it is alone, as long as `lock_timeout` permits.
    func begin(_ access: Access) throws {
        failure = nil
        error = nil
        switch access {
        case .reading: try execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        case .writing:
            // READ COMMITTED: once alone, every statement sees all that earlier writers have committed.
            try execute("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(\(Self.writerLock))")
        }
    }

    /// Whether the server's end is still open, as far as is known here; nothing is sent.
    var isAlive: Bool {
        // Asked twice, since the first time may bring only the server's last words.
        PQconsumeInput(handle) == 1 && PQconsumeInput(handle) == 1
    }

    /// Ends a transaction whose body has returned.
    /// - Throws: the first failure, where the body passed over one; `StoreError.commitUnknown` where the connection is
    ///   lost between asking for the commit and the answer.
    func commit(_ access: Access) throws {
        if let error { throw error }
        // What has come from the server unasked is the end of the connection. Seen before COMMIT is sent, it means that
        // nothing was stored; afterwards nobody knows.
        guard isAlive else { throw failed(nil) }
        do {
            try execute("COMMIT")
        } catch {
            guard failure?.isLost == true, access == .writing else {
                if access == .reading { return }
                throw error
            }
            throw StoreError(
                .commitUnknown,
                """
                the connection was lost while committing; it is not known whether the last delivery was stored. \
                Send it again: rows already stored count as unchanged
                """)
        }
    }

    /// Ends a transaction without keeping anything. Where even that fails, the server undoes it at the end of the
    /// connection.
    func rollback() {
        guard isUsable, PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
        let result = PQexec(handle, "ROLLBACK")
        defer { PQclear(result) }
        if PQresultStatus(result) != PGRES_COMMAND_OK { failure = PostgresFailure(state: "", isLost: true) }
    }
}
