/// The version of this build, for `keywardd --version` and `system.status`.
let daemonVersion = "0.5.0"
