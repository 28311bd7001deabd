import CreditCatalogue
import CreditModel

/// Turns one row into a draft or its rejects. Between rows it only remembers answers that would be the same again, so any row
/// order gives the same answers.
final class RowChecker {
    let catalogue: Catalogue
    let feed: Feed
    let item: Item
    let map: ColumnMap
    let pilots: Set<String>
    let reading: FieldReading
    /// Columns that belong to fields, in file order, so that the row is walked once.
    private let columns: [(column: Int, field: Int)]
    private let memory: CellMemory
    /// What is asked of each field in every row, by position.
    private let fields: [CheckedField]
    let positions: SubjectPositions
    /// What is known of the row at hand; its room is used again for the next one.
    private var work: Work
    /// Days that must not lie before or after another day of the row.
    private let orders: [(field: Int, other: Int, isBefore: Bool)]

    init(catalogue: Catalogue, feed: Feed, item: Item, map: ColumnMap, today: Day, pilots: Set<String>) {
        self.catalogue = catalogue
        self.feed = feed
        self.item = item
        self.map = map
        self.pilots = pilots
        reading = FieldReading(catalogue: catalogue, today: today)
        columns = map.columnOfField.enumerated().compactMap { field, column in column.map { ($0, field) } }.sorted {
            $0.0 < $1.0
        }
        memory = CellMemory(columns: map.columns.count)
        fields = item.fields.indices.map { CheckedField(item.fields[$0], type: map.types[$0]) }
        positions = SubjectPositions(item)
        work = Work(fields: item.fields.count)
        orders = item.fields.indices.flatMap { field in
            [(item.fields[field].notBefore, false), (item.fields[field].notAfter, true)].compactMap { name, isBefore in
                name.flatMap { item.position(of: $0) }.map { (field, $0, isBefore) }
            }
        }
    }

    enum Outcome {
        case blank
        case draft(Draft)
        case rejected([Reject])
    }

    func check(_ row: RawRow) -> Outcome {
        if isBlank(row) { return .blank }
        work.begin(line: row.line)
        return check(row, &work)
    }

    private func check(_ row: RawRow, _ work: inout Work) -> Outcome {
        noteFlaws(row, &work)
        readCells(row, &work)
        noteExtraCells(row, &work)
        guardFreeText(row, &work)
        remember(row, work)
        for (field, value) in feed.constants where !work.values.states(field) { work.values[field] = value }
        derive(&work)
        let subject = claim(row, &work)
        checkRequired(row, &work)
        checkOrder(row, &work)
        crosscheck(row, &work)
        if !work.rejects.isEmpty { return .rejected(work.rejects) }
        guard let subject else {
            return .rejected([Reject(line: row.line, column: nil, field: nil, code: .subjectMissing, original: "")])
        }
        return .draft(
            Draft(
                feed: feed.id, item: item.id, line: row.line, values: work.values.copy(), subject: subject,
                changes: work.changes,
                notes: work.notes))
    }

    struct Work {
        private(set) var line = 0
        var values: StatedValues
        var changes: [Draft.Change] = []
        var notes: [Draft.Note] = []
        var rejects: [Reject] = []
        /// Numbers of bodies by field position, as they were read.
        var identifiers: [(position: Int, identifier: Identifier)] = []
        /// Fields whose text was read and guarded in an earlier row.
        var known: [Bool]
        /// Cells read anew in this row, to be remembered once they are guarded.
        var fresh: [(column: Int, position: Int)] = []

        init(fields: Int) {
            values = StatedValues(count: fields)
            known = [Bool](repeating: false, count: fields)
        }

        mutating func begin(line: Int) {
            self.line = line
            values.removeAll()
            (changes, notes, rejects) = ([], [], [])
            identifiers.removeAll(keepingCapacity: true)
            for field in known.indices { known[field] = false }
            fresh.removeAll(keepingCapacity: true)
        }
    }

    // MARK: cells

    private func isBlank(_ row: RawRow) -> Bool {
        guard row.flaws.isEmpty else { return false }
        for cell in 0..<row.count where row[cell].contains(where: { $0 > 0x20 }) { return false }
        return true
    }

    private func noteFlaws(_ row: RawRow, _ work: inout Work) {
        for flaw in row.flaws {
            let code: CheckCode =
                switch flaw.kind {
                case .undecodableBytes: .undecodableBytes
                case .nulByte: .nulByte
                case .cellTooLong: .cellTooLong
                case .tooManyCells: .tooManyCells
                case .unterminatedQuote: .unterminatedQuote
                case .malformedLine: .malformedLine
                case .duplicateKey: .duplicateKey
                case .numberLostDigits: .numberLostDigits
                }
            // A damaged cell that nobody stores harms nobody.
            if let cell = flaw.cell, cell < map.columns.count, map.columns[cell].use != .field { continue }
            let field = flaw.cell.flatMap { cell in map.columnOfField.firstIndex(of: cell) }
            let limits = TableLimits()
            let limit: String? =
                switch code {
                case .cellTooLong: String(limits.maxCellBytes)
                case .tooManyCells: String(limits.maxCells)
                default: nil
                }
            reject(code, field: field, column: flaw.cell, row, &work, other: limit)
        }
    }

    private func readCells(_ row: RawRow, _ work: inout Work) {
        for (column, position) in columns { readCell(row, column, position, &work) }
        // A second column for the same field speaks only where the first one is silent.
        for (column, position) in map.alternates where !work.values.states(position) && !rejected(position, work) {
            readCell(row, column, position, &work)
        }
    }

    private func rejected(_ position: Int, _ work: Work) -> Bool {
        work.rejects.contains { $0.field == item.fields[position].name }
    }

    private func readCell(_ row: RawRow, _ column: Int, _ position: Int, _ work: inout Work) {
        let field = fields[position]
        row.withCell(column) { bytes in
            if bytes.isEmpty { return }
            if let entry = memory.recall(column, bytes) {
                entry.state(at: position, in: &work.values)
                work.known[position] = true
                if let identifier = entry.identifier { work.identifiers.append((position, identifier)) }
                if !entry.changes.isEmpty { noteChange(entry.changes, position, entry.delivered, &work) }
                return
            }
            if reading.takesAsDelivered(bytes, field) {
                work.values.set(position, bytes)
                work.fresh.append((column, position))
                return
            }
            let notes = work.notes.count
            var cell = CellText(bytes, keepsLines: field.keepsLines)
            let outcome =
                field.isIdentifier
                ? identifier(&cell, field.type, position, &work) : reading.read(&cell, field: field.field, type: field.type)
            switch outcome {
            case .value(let text):
                work.values[position] = text
                if work.notes.count == notes { work.fresh.append((column, position)) }
            case .empty: break
            case .fault(let code, let suggestion, let other):
                if catalogue.checks[code.rawValue]?.severity == .note {
                    // What is no address must not become a link; everything else that is only remarked on is kept.
                    if code != .urlUnreadable { work.values[position] = cell.text }
                    work.notes.append(.init(field: position, code: code))
                } else {
                    reject(code, field: position, column: column, row, &work, suggestion: suggestion, other: other)
                }
            }
            if !cell.changes.isEmpty {
                noteChange(cell.changes, position, String(decoding: bytes, as: UTF8.self), &work)
            }
        }
    }

    /// A row with a flaw is left out: the flaw is the row's and not the cell's.
    private func remember(_ row: RawRow, _ work: Work) {
        guard row.flaws.isEmpty else { return }
        for (column, position) in work.fresh {
            row.withCell(column) { cell in
                guard memory.keeps(column, cell) else { return }
                let change = work.changes.last { $0.field == position }
                let identifier = work.identifiers.last { $0.position == position }?.identifier
                work.values.withBytes(position) {
                    memory.keep(
                        column, cell, value: $0, changes: change?.codes ?? [], delivered: change?.delivered ?? "",
                        identifier: identifier)
                }
            }
        }
    }

    private func noteChange(_ codes: [ChangeCode], _ position: Int, _ delivered: String, _ work: inout Work) {
        let kept = item.fields[position].type == .personRole ? "" : String(delivered.prefix(200))
        work.changes.append(.init(field: position, codes: codes, delivered: kept))
    }

    /// What kind of number it is stays beside the value until the claim is made, since an old number may stand in a new code's
    /// column.
    private func identifier(_ cell: inout CellText, _ type: FieldType, _ position: Int, _ work: inout Work)
        -> CellOutcome
    {
        var probe = cell
        if case .empty = reading.readsAsNothing(&probe, type: .code) {
            cell = probe
            return .empty
        }
        let expected: IdentifierScheme? =
            switch type {
            case .uscc: .unifiedCode
            case .organisationCode: .organisationCode
            case .registrationNumber: .registrationNumber
            default: nil
            }
        do throws(IdentifierReading.Fault) {
            let result = try IdentifierReading.read(
                cell.text, expected: expected, pilots: pilots, divisions: catalogue.divisions)
            result.changes.forEach { cell.note($0) }
            for note in result.notes { work.notes.append(.init(field: position, code: note)) }
            if fields[position].isSubject { work.identifiers.append((position, result.identifier)) }
            return .value(result.identifier.value)
        } catch {
            return .fault(error.code, suggestion: error.suggestion)
        }
    }

    private func noteExtraCells(_ row: RawRow, _ work: inout Work) {
        guard row.count > map.columns.count else { return }
        for cell in map.columns.count..<row.count where row[cell].contains(where: { $0 > 0x20 }) {
            reject(.extraCells, field: nil, column: nil, row, &work, other: String(map.columns.count))
            return
        }
    }

    // MARK: rights

    /// RIGHTS 5: no row may bring in a citizen's number, a bank card or a labelled sensitive fact, in whatever column.
    private func guardFreeText(_ row: RawRow, _ work: inout Work) {
        for position in work.values.indices {
            guard !work.known[position], fields[position].mayHoldAnything else { continue }
            let fault = work.values.withBytes(position) {
                FreeTextGuard.fault(in: $0, isProse: fields[position].isProse, forbidden: catalogue.forbidden)
            }
            if let code = fault ?? nil {
                work.values[position] = nil
                work.changes.removeAll { $0.field == position }
                work.rejects.append(
                    Reject(
                        line: row.line, column: heading(of: position), field: item.fields[position].name, code: code,
                        original: ""))
            }
        }
    }

    // MARK: across the row

    private func derive(_ work: inout Work) {
        for rule in feed.derive where !work.values.states(rule.field) {
            guard let source = work.values[rule.from] else { continue }
            let value: String? =
                switch rule.by {
                case .documentNumberInText: DocumentNumber.find(in: source)
                case .fineInText: singleFine(in: source)
                }
            if let value {
                work.values[rule.field] = value
                work.changes.append(.init(field: rule.field, codes: [.derived], delivered: ""))
            }
        }
    }

    /// The fine that a text names, only where it names exactly one.
    private func singleFine(in text: String) -> String? {
        // 叁仟元整（3000.00元） names one fine twice.
        let fines = Set(AmountReading.amounts(in: text).filter(\.afterFine).map(\.fen))
        return fines.count == 1 ? fines.first?.plain : nil
    }

    private func checkRequired(_ row: RawRow, _ work: inout Work) {
        for group in map.required where !group.contains(where: { work.values.states($0) }) {
            // A cell that was there but wrong has its own reject.
            let names = group.map { item.fields[$0].name }
            if work.rejects.contains(where: { reject in reject.field.map(names.contains) ?? false }) { continue }
            if group.count > 1, group.contains(where: { item.fields[$0].role.map(Self.subjectRoles.contains) ?? false })
            {
                work.rejects.append(
                    Reject(line: row.line, column: nil, field: nil, code: .subjectMissing, original: ""))
                continue
            }
            let first = group.first { map.columnOfField[$0] != nil } ?? group[0]
            let title = group.map { item.fields[$0].title.zh }.joined(separator: "／")
            work.rejects.append(
                Reject(
                    line: row.line, column: heading(of: first), field: item.fields[first].name, code: .requiredMissing,
                    other: title, original: ""))
        }
    }

    private static let subjectRoles: Set<Role> = [
        .subjectName, .subjectUnifiedCode, .subjectCode, .subjectOrganisationCode, .subjectRegistrationNumber,
        .licenceNumber, .profession,
    ]

    private func checkOrder(_ row: RawRow, _ work: inout Work) {
        for (position, other, isBefore) in orders {
            guard let day = work.values.day(position), let limit = work.values.day(other) else { continue }
            if isBefore ? day > limit : day < limit { rejectOrder(position, other, day.description, row, &work) }
        }
    }

    private func rejectOrder(_ position: Int, _ other: Int, _ value: String, _ row: RawRow, _ work: inout Work) {
        work.rejects.append(
            Reject(
                line: row.line, column: heading(of: position), field: item.fields[position].name, code: .dayOrder,
                other: item.fields[other].title.zh, original: value))
    }

    /// The data standard's amounts are in 万元, and 2000 in a column of 万元 beside "罚款2000元" is a slip of 10 000 times.
    private func crosscheck(_ row: RawRow, _ work: inout Work) {
        for rule in feed.crosschecks {
            guard work.values.withBytes(rule.text, AmountReading.mayNameAmounts) ?? false,
                let stored = work.values[rule.amount], let amount = Fen(decimal: stored, unitInFen: 100), amount.value > 0,
                let text = work.values[rule.text]
            else { continue }
            let named = AmountReading.amounts(in: text).map(\.fen.value)
            guard !named.isEmpty else { continue }
            let sum = named.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
            if named.contains(amount.value) || sum == amount.value { continue }
            let slips = named.filter {
                Self.isTenThousandfold($0, amount.value) || Self.isTenThousandfold(amount.value, $0)
            }
            if let meant = slips.first {
                let unit = map.types[rule.amount] == .wanYuan ? AmountReading.fenPerWan : AmountReading.fenPerYuan
                reject(
                    .amountContradictsText, field: rule.amount, column: map.columnOfField[rule.amount], row, &work,
                    suggestion: Self.decimal(meant, unit: unit),
                    other: heading(of: rule.text) ?? item.fields[rule.text].title.zh)
            } else {
                work.notes.append(.init(field: rule.amount, code: .amountDiffersFromText))
            }
        }
    }

    private static func isTenThousandfold(_ large: Int64, _ small: Int64) -> Bool {
        small != 0 && large % 10_000 == 0 && large / 10_000 == small
    }

    /// Fen in a unit, without trailing zeros: 200 000 fen in 万元 is 0.2.
    static func decimal(_ fen: Int64, unit: Int64) -> String {
        var rest: Int64 = fen % unit
        var scale: Int64 = unit
        var digits = ""
        while rest != 0, scale > 1 {
            scale /= 10
            digits += String(rest / scale)
            rest %= scale
        }
        return digits.isEmpty ? String(fen / unit) : "\(fen / unit).\(digits)"
    }

    // MARK: rejects

    func heading(of position: Int) -> String? { map.columnOfField[position].map { map.columns[$0].heading } }

    func reject(
        _ code: CheckCode, field: Int?, column: Int?, _ row: RawRow, _ work: inout Work, suggestion: String? = nil,
        other: String? = nil
    ) {
        let personal = field.map { item.fields[$0].type == .personRole } ?? false
        let hidden = personal || code == .subjectNaturalPerson || code == .citizenNumberInText
        var original = ""
        if let column, !hidden {
            original = String(row.text(column).prefix(200))
            if CitizenNumber.occurs(in: Array(Folding.code(original).utf8)) { original = "" }
        }
        work.rejects.append(
            Reject(
                line: row.line, column: column.flatMap { $0 < map.columns.count ? map.columns[$0].heading : nil },
                field: field.map { item.fields[$0].name }, code: code, suggestion: suggestion, other: other,
                original: original))
    }
}
