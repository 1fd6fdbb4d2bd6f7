import KeywardBase

extension RegistryState {
    /// Appends the reply to a verification.
    ///
    /// - Parameters:
    ///   - index: the index of the key; `nil` if there is none.
    ///   - id: the request's id as written in the request.
    @inline(__always)
    func write(
        _ verdict: Verdict, of index: KeyTable.Index?, id: Span<UInt8>, _ phrases: ReplyPhrases,
        to output: inout ByteBuffer
    ) {
        let outcome = phrases.outcomes[Int(verdict.code.rawValue)]
        let ending = phrases.endings[Int(verdict.warnings.rawValue)]
        let (text, workspace) = keyReply(at: index)
        let keyBytes = text?.mostReplyBytes(workspace) ?? phrases.noKey.utf8CodeUnitCount
        let most =
            phrases.start.utf8CodeUnitCount + id.count + outcome.utf8CodeUnitCount + keyBytes
            + ending.utf8CodeUnitCount
        output.fill(atLeast: most) { buffer in
            let start = buffer.baseAddress!
            var target = start
            target.append(phrases.start)
            id.withUnsafeBytes { target.append($0.baseAddress, $0.count) }
            target.append(outcome)
            if let text { target += text.writeReply(workspace, to: target) } else { target.append(phrases.noKey) }
            target.append(ending)
            return target - start
        }
    }

    @inline(__always)
    private func keyReply(at index: KeyTable.Index?) -> (KeyText?, UnsafeRawBufferPointer) {
        guard let index, let text = table[index].text else {
            return (nil, UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return (text, workspaces.replyName(of: table[index].workspace))
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always)
    fileprivate mutating func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

    @inline(__always)
    fileprivate mutating func append(_ start: UnsafeRawPointer?, _ count: Int) {
        if let start { copyMemory(from: start, byteCount: count) }
        self += count
    }
}
