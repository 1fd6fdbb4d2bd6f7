/// Where a site looks for the key of a request.
package struct KeyPlaces: Hashable, Sendable {
    /// A half of the credentials of HTTP Basic (RFC 7617).
    package enum BasicHalf: String, CaseIterable, Sendable {
        case user, password
    }

    /// `Authorization: Bearer` (RFC 6750, section 2.1).
    package var bearer = true
    /// `X-API-Key`.
    package var apiKeyHeader = true
    package var basic: BasicHalf?
    /// A parameter of the query. It gets into logs and histories, so a site must ask for it.
    package var queryParameter: String?

    package init(
        bearer: Bool = true, apiKeyHeader: Bool = true, basic: BasicHalf? = nil, queryParameter: String? = nil
    ) {
        (self.bearer, self.apiKeyHeader, self.basic) = (bearer, apiKeyHeader, basic)
        self.queryParameter = queryParameter
    }

    /// Whether there is none.
    package var isEmpty: Bool { !bearer && !apiKeyHeader && basic == nil && queryParameter == nil }
}
