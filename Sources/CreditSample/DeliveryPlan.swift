/// How many rows each feed has, and which file holds which of them.
struct DeliveryPlan {
    let city: City
    let records: Int

    /// In thousandths; the rest are licences, about two thirds, as in a real city.
    private func rows(_ perMille: Int) -> Int { max(2, records * perMille / 1000) }

    /// Rows of a feed that come in a second, small file of another form, so that such forms are seen.
    private func extra(_ rows: Int) -> Int { max(1, min(60, rows / 20)) }

    func write(with session: inout DeliverySession, progress: (Int) throws -> Void) throws {
        let shares = (
            penalty: rows(50), environmentPenalty: rows(10), commitment: rows(150), honour: rows(30),
            taxGrade: rows(30),
            contract: rows(30), environmentGrade: rows(30), abnormal: rows(15), practitioner: rows(15),
            serious: rows(3),
            enforcement: rows(7)
        )
        let others =
            shares.penalty + shares.environmentPenalty + shares.commitment + shares.honour + shares.taxGrade
            + shares.contract
            + shares.environmentGrade + shares.abnormal + shares.practitioner + shares.serious + shares.enforcement
        let licences = max(2, records - others)

        try session.deliver(RegistrationDelivery(city), as: "registration.csv", .csv, progress: progress)
        try split(
            LicenceDelivery(city, rows: licences), LicenceDelivery(city, rows: licences, isOfOldStandard: true),
            as: "licence.csv", "licence-2016.csv", .csv, &session, progress)
        try split(
            PenaltyDelivery(city, rows: shares.penalty),
            PenaltyDelivery(city, rows: shares.penalty, hasChineseHeadings: true),
            as: "penalty.csv", "penalty-gb18030.csv", .csvGB18030, &session, progress)
        try session.deliver(
            EnvironmentPenaltyDelivery(city, rows: shares.environmentPenalty), as: "penalty-environment.csv", .csv,
            progress: progress)
        let commitments = CommitmentDelivery(city, rows: shares.commitment)
        try split(commitments, commitments, as: "commitment.csv", "commitment.xml", .xml, &session, progress)
        let honours = HonourDelivery(city, rows: shares.honour)
        try split(honours, honours, as: "honour.csv", "honour.json", .jsonArray, &session, progress)
        try session.deliver(
            TaxGradeDelivery(city, rows: shares.taxGrade), as: "tax-grade.csv", .csv, progress: progress)
        let contracts = ContractDelivery(city, rows: shares.contract)
        try split(contracts, contracts, as: "contract.csv", "contract.tsv", .tsv, &session, progress)
        try session.deliver(
            EnvironmentGradeDelivery(city, rows: shares.environmentGrade), as: "environment-grade.csv", .csv,
            progress: progress)
        let abnormal = AbnormalDelivery(city, rows: shares.abnormal)
        try split(abnormal, abnormal, as: "abnormal.csv", "abnormal.jsonl", .jsonLines, &session, progress)
        try session.deliver(
            SeriousDelivery(city, rows: shares.serious), as: "serious-dishonesty.csv", .csv, progress: progress)
        try session.deliver(
            EnforcementDelivery(city, rows: shares.enforcement), as: "enforcement.csv", .csv, progress: progress)
        try session.deliver(
            PractitionerDelivery(city, rows: shares.practitioner), as: "practitioner.csv", .csv, progress: progress)
    }

    /// Most rows of a feed as CSV, the last few in another form. Numbers run on, so no row is in both.
    private func split<D: Delivery>(
        _ main: D, _ other: D, as name: String, _ otherName: String, _ form: FileForm, _ session: inout DeliverySession,
        _ progress: (Int) throws -> Void
    ) throws {
        let border = main.rows - extra(main.rows)
        try session.deliver(main, as: name, .csv, numbers: 0..<border, progress: progress)
        try session.deliver(other, as: otherName, form, numbers: border..<main.rows, progress: progress)
    }
}
