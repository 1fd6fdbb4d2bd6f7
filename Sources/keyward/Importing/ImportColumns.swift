internal import KeywardBase
internal import KeywardClient
internal import KeywardProtocol

/// The columns of a CSV file: which member of a key each field is.
struct ImportColumns: Sendable {
    /// A column, by its name in the header. Lists are separated by spaces; objects are JSON.
    enum Column: String, CaseIterable, Sendable {
        case name, secret, digest, shortToken, foreignPrefix, expiresAt, purpose, scopes, metadata, limits, credits
        case budget, addresses
        case ownerName = "owner.name"
        case ownerContact = "owner.contact"
        case ownerPrincipal = "owner.principal"
    }

    private let columns: [Column]

    init(header record: CSVReader.Record) throws(Failure) {
        let names = (try? record.fields.get()) ?? []
        var columns: [Column] = []
        for field in names {
            let name = String(decoding: field, as: UTF8.self)
            guard let column = Column(rawValue: name) else {
                let known = Column.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("Line \(record.line) must name the columns. Unknown column; use: \(known).")
            }
            guard !columns.contains(column) else { throw .usage("The column \(name) is there twice.") }
            columns.append(column)
        }
        guard columns.contains(.name) else {
            throw .usage("Line \(record.line) must name the columns, among them name.")
        }
        self.columns = columns
    }

    /// A record as JSON. An empty field is absent.
    func json(of record: CSVReader.Record) -> Result<[UInt8], RowFault> {
        switch record.fields {
        case .failure(let fault): return .failure(RowFault(fault.sentence))
        case .success(let fields):
            guard fields.count == columns.count else {
                return .failure(RowFault("It has \(fields.count) fields, the header \(columns.count)."))
            }
            do throws(RowFault) { return ImportText.json(of: try key(fields)) } catch { return .failure(error) }
        }
    }

    private func key(_ fields: [[UInt8]]) throws(RowFault) -> ForeignKey {
        var key = ForeignKey(name: "")
        var owner = Owner()
        for (column, field) in zip(columns, fields) where !field.isEmpty {
            guard let text = String(validating: field, as: UTF8.self) else { throw RowFault("It is not UTF-8.") }
            switch column {
            case .name: key.name = text
            case .secret: key.secret = text
            case .digest: key.digest = text
            case .shortToken: key.shortToken = text
            case .foreignPrefix: key.foreignPrefix = text
            case .expiresAt: key.expiresAt = try value(Timestamp(text), column)
            case .purpose: key.purpose = text
            case .scopes: key.scopes = Self.words(text)
            case .metadata: key.metadata = try value(try? JSONText(checking: text), column)
            case .limits: key.limits = try value(Self.decoded(text), column)
            case .credits: key.credits = try value(Self.decoded(text), column)
            case .budget: key.budget = text
            case .addresses: key.addresses = Self.words(text)
            case .ownerName: owner.name = text
            case .ownerContact: owner.contact = text
            case .ownerPrincipal: owner.principal = text
            }
        }
        if owner.name != nil || owner.contact != nil || owner.principal != nil { key.owner = owner }
        return key
    }

    private func value<Value>(_ value: Value?, _ column: Column) throws(RowFault) -> Value {
        guard let value else { throw RowFault("The field \(column.rawValue) cannot be read.") }
        return value
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static func decoded<Value: Decodable>(_ text: String) -> Value? {
        var tape = JSONTape()
        let bytes = Array(text.utf8)
        guard (try? tape.scan(bytes.span)) != nil else { return nil }
        return try? JSONCoding.decodeParams(Value.self, from: tape, node: 0, in: bytes.span)
    }
}

extension CSVReader.Fault {
    fileprivate var sentence: String {
        switch self {
        case .strayQuote: "A field without quotes around it has a quote."
        case .textAfterQuote: "After a closing quote there is neither a comma nor the end of the line."
        case .bareCarriageReturn: "It has a carriage return without a line feed."
        case .openQuote: "The file ends within quotes."
        case .tooLong: "It is longer than \(ImportSource.longestRow) bytes; a quote may be missing."
        }
    }
}
