import CPostgres

/// One connection to a PostgreSQL server through libpq's blocking calls.
///
/// Owned by one worker of a `PostgresPool` and used on that worker's thread only, but for the thread that stores what a transaction
/// gathered (`later`): then by turns. Ends with its last reference.
final class PostgresConnection: Connection {
    let engine = Engine.postgres
    let handle: OpaquePointer
    /// The first failure of the running transaction: it ends the transaction, even where the caller goes on.
    var failure: PostgresFailure?
    /// What the caller was told of it.
    var error: (any Error)?
    /// Whether the task that waits for the running transaction was cancelled.
    var isCancelled: () -> Bool = { false }
    /// Whether a closure of `query` or `load` is running.
    var isBusy = false
    /// Whether jobs can be handed over: where something is written.
    var takesJobs = false
    /// Once a job was handed over: two threads use the connection from then on.
    var jobs: StoringJobs?
    var turn: Turn?
    var isAsking = false
    private var statements: [String: Statement] = [:]
    private var uses = 0
    private var prepared = 0

    /// Statements kept ready on the server; the one used longest ago goes first.
    static let statementBound = 500

    /// A statement that the server has parsed.
    private struct Statement {
        let name: String
        /// The types its parameters were declared with.
        let types: [Oid]
        var lastUse: Int
    }

    /// Takes over a connection that libpq has made.
    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQfinish(handle) }

    var isUsable: Bool {
        PQstatus(handle) == CONNECTION_OK && !(failure?.isLost ?? false) && !(failure?.isStale ?? false)
    }

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int { try inTurn { try runAlone(sql, arguments) } }

    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        try inTurn { try queryAlone(sql, arguments, body) }
    }

    /// The same in a turn that the caller has.
    func runAlone(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let (name, arguments) = try prepare(sql, arguments)
        let result = arguments.withPointers { values, lengths, formats in
            PQexecPrepared(handle, name, CInt(arguments.count), values, lengths, formats, 1)
        }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: preconditionFailure("COPY is what `load` is for")
        default: throw failed(result)
        }
    }

    func queryAlone(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        let (name, arguments) = try prepare(sql, arguments)
        let isSent = arguments.withPointers { values, lengths, formats in
            PQsendQueryPrepared(handle, name, CInt(arguments.count), values, lengths, formats, 1)
        }
        guard isSent == 1, PQsetSingleRowMode(handle) == 1 else { throw failed(nil) }
        isBusy = true
        defer { isBusy = false }
        // Every result is taken, also after an early end: otherwise the connection takes no other statement.
        var goesOn = true
        var ending: (any Error)?
        while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE where goesOn:
                do {
                    goesOn = try !isCancelled() && body(PostgresRow(result: result))
                } catch {
                    ending = error
                    goesOn = false
                }
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
            default: ending = failed(result)
            }
        }
        if let ending { throw ending }
        try checkCancellation()
    }

    // MARK: statements

    /// A prepared statement that fits the arguments. A parameter first seen as NULL is declared again when it gets a
    /// type.
    private func prepare(_ sql: String, _ values: [SQLValue]) throws -> (String, PostgresArguments) {
        precondition(!isBusy, "a statement inside the rows of another: gather the rows first")
        if let error { throw error }
        try checkCancellation()
        let arguments: PostgresArguments
        do { arguments = try PostgresArguments(values) } catch {
            self.error = error
            throw error
        }
        uses += 1
        let known = statements[sql]
        precondition(
            known == nil || known?.types.count == values.count, "a statement and its arguments do not fit each other")
        let types = values.enumerated().map { position, value in
            PostgresArguments.type(of: value) ?? known?.types[position] ?? PostgresType.undecided
        }
        if let known, known.types == types {
            statements[sql]?.lastUse = uses
            return (known.name, arguments)
        }
        prepared += 1
        let name = "s\(prepared)"
        let result = PQprepare(handle, name, sql, CInt(types.count), types)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failed(result) }
        if let known { try execute("DEALLOCATE \(known.name)") }
        statements[sql] = Statement(name: name, types: types, lastUse: uses)
        if statements.count > Self.statementBound,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            statements[oldest.key] = nil
            try execute("DEALLOCATE \(oldest.value.name)")
        }
        return (name, arguments)
    }

    /// Runs statements of our own that have neither parameters nor rows.
    func execute(_ sql: String) throws {
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
        default: throw failed(result)
        }
    }

    func checkCancellation() throws {
        if isCancelled() {
            error = error ?? CancellationError()
            throw CancellationError()
        }
    }

    /// Remembers a failure and gives the error for it. The rest of what the server says is read away.
    func failed(_ result: OpaquePointer?) -> any Error {
        if result == nil || PQstatus(handle) == CONNECTION_BAD { drain() }
        let failure = PostgresFailure(result, on: handle)
        self.failure = self.failure ?? failure
        let error = failure.storeError
        self.error = self.error ?? error
        return error
    }

    /// Reads away what the server has to say. A connection stuck in a COPY is given up: it would say the same for ever.
    func drain() {
        while let result = PQgetResult(handle) {
            let status = PQresultStatus(result)
            PQclear(result)
            if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH {
                failure = PostgresFailure(state: "", isLost: true)
                return
            }
        }
    }
}
