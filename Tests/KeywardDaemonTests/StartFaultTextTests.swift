import Glibc
import KeywardStore
import Testing

@testable import keywardd

/// What a fault says besides to whoever runs the daemon under systemd.
struct StartFaultTextTests {
    @Test func onlyWhatARestartDoesNotHelpNamesTheSocketUnits() {
        let last = "systemctl restart keywardd.socket keywardd-verify.socket"
        let broken = StartFault.configuration("It is broken.", "Mend it.").forService()
        #expect(broken.description == "It is broken. Mend it. Then run: \(last)")
        #expect(broken.status == .configuration)
        #expect(
            StartFault.configuration("It is broken.", "").forService().description == "It is broken. Then run: \(last)")
        let full = StartFault.system(FileFault(operation: "write", path: "/f", errno: ENOSPC))
        #expect(full.forService() == full)
        #expect(full.description.contains("Make room"))
        // Once is enough.
        #expect(broken.forService() == broken)
    }

    @Test func aDatabaseFaultThatMayPassIsNoFaultOfTheConfiguration() {
        #expect(StartFault(StoreOpenError.cannotWrite("no room")).status == .system)
        #expect(StartFault(StoreOpenError.inUse).status == .system)
        #expect(StartFault(StoreOpenError.newer(found: 2, known: 1)).status == .configuration)
        #expect(StartFault(StoreOpenError.damaged("x")).status == .configuration)
    }
}
