import KeywardProtocol

/// The methods of the method table, each with its implementation.
enum ServedMethods {
    /// In the order of ``MethodTable/methods``; `nil` if an implementation is missing.
    static let all: [(any ServedMethod.Type)?] = MethodTable.methods.map { $0 as? any ServedMethod.Type }

    /// Prepares the call of the method that a request names, if it exists on `socket`.
    static func prepare(
        _ request: Request, of tape: borrowing JSONTape, in line: Span<UInt8>, on socket: ServedSocket
    ) throws(RPCError) -> PreparedCall {
        guard let descriptor = MethodTable.descriptor(named: request.method, of: tape, in: line),
            descriptor.reach == .everySocket || socket == .admin, let method = all[descriptor.index]
        else { throw .unknownMethod }
        do {
            return try method.prepare(request.params, of: tape, in: line)
        } catch {
            throw error.error
        }
    }
}

extension RPCError {
    fileprivate static let unknownMethod = RPCError(
        .methodNotFound, "There is no such method on this socket. rpc.discover lists the methods.")
}
