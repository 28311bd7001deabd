extension ChengxinClient {
    /// Operations of `API/openapi.yaml` that this client has a call for, with the parameters in the query that it sends.
    public static let operations: [String: Set<String>] = [
        "searchSubjects": ["q", "limit", "offset"], "getSubject": [], "listSubjectRecords": ["item"],
        "listRecords": ["item", "limit", "after", "authority", "from", "to"], "getRecord": [], "getProof": [],
        "getCatalogue": [], "getCatalogueItem": [], "match": [],
        "getStatistics": ["from", "to"], "checkOrganisations": [],
        "issueReport": [], "getReport": [],
        "streamChanges": ["after", "limit", "wait"], "listSnapshots": [], "downloadSnapshotFile": [],
        "describeData": [],
        "listWatches": ["limit", "offset"], "addWatch": [], "getWatch": [], "removeWatch": [], "resumeWatch": [],
        "listEvents": ["after", "limit"],
    ]
}
