internal import KeywardBase

/// The file that nginx includes, so that its requests prove that they come from it. Only root can read it.
enum ProxySecretFile {
    private static let bytes = 32

    /// Makes the file unless it is there.
    static func make(at path: String) throws(Failure) {
        guard try TeamFolder.read(path).isEmpty else { return }
        var generator = SystemRandomNumberGenerator()
        let random = (0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let digits = String(decoding: HexDigits.text(random), as: UTF8.self)
        let text = """
            # A secret between nginx and the screens of Keyward. Only root can read it; keep it so.
            proxy_set_header X-Keyward-Proxy \(digits);

            """
        try TeamFolder.replace(path, with: text, mode: 0o600)
    }
}
