/// The attributes that people give a key: owner, purpose, scopes, metadata and addresses. A key is created with them,
/// may get others, and passes them to its successor.
///
/// A new field of this kind is a member here and in ``KeyAttributeChanges``, and a line in each function of this file.
package struct KeyAttributes<Text: FieldText> {
    package var owner: OwnerFields<Text>?
    package var purpose: Text?
    package var scopes: Text.ScopeList
    /// A JSON object, as written.
    package var metadata: Text
    /// Blocks of addresses, separated by spaces, from which alone it verifies; `nil` is from everywhere.
    package var addresses: Text?

    package init(
        owner: OwnerFields<Text>? = nil, purpose: Text? = nil, scopes: Text.ScopeList = Text.noScopes,
        metadata: Text = Text.emptyObject, addresses: Text? = nil
    ) {
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.addresses = addresses
    }

    /// Their part of the list of fields. A field of a later version of the schema states the version, and is nullable.
    @inline(__always)
    mutating func visit<V: KeyFieldVisitor>(_ visitor: inout V) throws(V.Failure) where V.Text == Text {
        try OwnerFields.visit(&owner, &visitor)
        try visitor.text(KeyField("purpose", isSearched: true), &purpose)
        try visitor.scopes(KeyField("scopes", in: .reply, lookup: .scopes), &scopes)
        try visitor.visit(KeyField("metadata", in: .reply), &metadata)
        try visitor.text(KeyField("addresses", since: 8), &addresses)
    }
}

/// The requested changes of attributes. `nil` keeps; in the doubly optional ones an inner `nil` clears.
package struct KeyAttributeChanges: Sendable {
    package var owner: OwnerRecord??
    package var purpose: String??
    package var scopes: [String]?
    package var metadata: String?
    package var addresses: String??

    /// Whether nothing is changed.
    var isEmpty: Bool {
        owner == nil && purpose == nil && scopes == nil && metadata == nil && addresses == nil
    }

    package init(
        owner: OwnerRecord?? = nil, purpose: String?? = nil, scopes: [String]? = nil, metadata: String? = nil,
        addresses: String?? = nil
    ) {
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.addresses = addresses
    }
}

extension KeyAttributes<String> {
    /// Applies the changes, and adds them to `details` for the audit trail.
    mutating func apply(_ changes: KeyAttributeChanges, _ details: inout AuditDetails) {
        if let owner = changes.owner {
            self.owner = owner
            details.add("owner", .text(owner?.shownName ?? ""))
        }
        if let purpose = changes.purpose {
            self.purpose = purpose
            details.add("purpose", .text(purpose ?? ""))
        }
        if let scopes = changes.scopes {
            self.scopes = scopes
            details.add("scopes", .texts(scopes))
        }
        if let metadata = changes.metadata, metadata != self.metadata {
            self.metadata = metadata
            details.add("metadata", .flag(true))
        }
        if let addresses = changes.addresses {
            self.addresses = addresses
            details.add("addresses", .texts(addressList))
        }
    }

    /// Adds the attributes of a new key for the audit trail.
    func describe(in details: inout AuditDetails) {
        details.add("owner", owner?.name.map { .text($0) })
        details.add("purpose", purpose.map { .text($0) })
        details.add("scopes", scopes.isEmpty ? nil : .texts(scopes))
        details.add("addresses", addresses == nil ? nil : .texts(addressList))
    }

    /// The blocks of addresses, each as text.
    package var addressList: [String] { addresses?.split(separator: " ").map(String.init) ?? [] }
}

/// The technical owner of a key.
package struct OwnerFields<Text: FieldText> {
    package var name: Text?
    package var contact: Text?
    /// `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
    package var principal: Text?

    package init(name: Text? = nil, contact: Text? = nil, principal: Text? = nil) {
        self.name = name
        self.contact = contact
        self.principal = principal
    }

    /// The name for people: the first of name, contact and principal that is set.
    package var shownName: Text? { name ?? contact ?? principal }

    @inline(__always)
    fileprivate static func visit<V: KeyFieldVisitor>(
        _ owner: inout Self?, _ visitor: inout V
    ) throws(V.Failure) where V.Text == Text {
        var isThere = owner != nil
        var (name, contact, principal) = (owner?.name, owner?.contact, owner?.principal)
        try visitor.visit(KeyField("has_owner", in: .reply), &isThere)
        try visitor.text(KeyField("owner_name", in: .reply, isSearched: true), &name)
        try visitor.text(KeyField("owner_contact", in: .reply, isSearched: true), &contact)
        try visitor.text(KeyField("owner_principal", in: .reply), &principal)
        owner = isThere ? Self(name: name, contact: contact, principal: principal) : nil
    }
}

package typealias OwnerRecord = OwnerFields<String>

extension OwnerFields: Equatable where Text: Equatable {}
extension OwnerFields: Hashable where Text: Hashable {}
extension OwnerFields: Sendable where Text: Sendable {}
extension KeyAttributes: Equatable where Text: Equatable, Text.ScopeList: Equatable {}
extension KeyAttributes: Hashable where Text: Hashable, Text.ScopeList: Hashable {}
extension KeyAttributes: Sendable where Text: Sendable, Text.ScopeList: Sendable {}
