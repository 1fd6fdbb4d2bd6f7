// What of the usage waits to be stored.
extension RegistryState {
    /// How many keys' usage to store in the second that begins.
    mutating func shareOfSecond() -> Int { usage.shareOfSecond() }

    /// Takes the refusals to store.
    mutating func takeRefusals() -> [RefusalHour] { usage.takeRefusals() }

    /// The usage that was taken last is stored.
    mutating func noteUsageStored() { usage.noteStored() }
}
