/// The version of this build, as `keywardd --version` and `system.status` tell it.
let daemonVersion = "0.2.0"
