internal import CNettle
internal import KeywardBase

/// The style and the scripts, which the pages contain. The policy of the pages allows these by their hashes.
struct Assets: Sendable {
    let style = Asset(PackageResources.style_css)
    /// The script of every page: copying, forms, advice on names.
    let script = Asset(PackageResources.script_js)
    /// The script of pages with a part that stays current. Not one with the other: a page with a new key has to stay
    /// below 16 kB.
    let live = Asset(PackageResources.live_js)
}

/// A style or a script of this package.
struct Asset: Sendable {
    let html: HTML
    /// As in Content-Security-Policy: `sha256-…`.
    let hash: String

    fileprivate init(_ bytes: [UInt8]) {
        html = HTML(asset: bytes)
        var state = sha256_ctx()
        nettle_sha256_init(&state)
        nettle_sha256_update(&state, bytes.count, bytes)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&state, digest.count, &digest)
        hash = "sha256-" + Base64.text(digest)
    }
}
