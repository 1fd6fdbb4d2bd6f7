import Glibc
import KeywardBase
import KeywardStore
import Testing

@testable import keywardd

/// The additional text of a fault under systemd.
struct StartFaultTextTests {
    @Test func onlyWhatARestartDoesNotHelpNamesTheCommandThatStartsTheService() {
        let last = "systemctl start keywardd"
        let broken = StartFault.configuration("It is broken.", "Mend it.").forService()
        #expect(broken.description == "It is broken. Mend it. Then run: \(last)")
        #expect(broken.status == .configuration)
        #expect(
            StartFault.configuration("It is broken.", "").forService().description == "It is broken. Then run: \(last)")
        let full = StartFault.system(FileFault(operation: "write", path: "/f", errno: ENOSPC))
        #expect(full.forService() == full)
        #expect(full.description.contains("Make room"))
        // The text is added once.
        #expect(broken.forService() == broken)
    }

    @Test func aDatabaseFaultThatMayPassIsNoFaultOfTheConfiguration() {
        #expect(StartFault(StoreOpenError.cannotWrite("no room")).status == .system)
        #expect(StartFault(StoreOpenError.inUse).status == .system)
        #expect(StartFault(StoreOpenError.exhausted("x")).status == .system)
        #expect(StartFault(StoreOpenError.system(call: "open", code: EMFILE)).status == .system)
        #expect(StartFault(StoreOpenError.system(call: "open", code: EACCES)).status == .configuration)
        #expect(StartFault(StoreOpenError.newer(found: 2, known: 1)).status == .configuration)
        #expect(StartFault(StoreOpenError.damaged("x")).status == .configuration)
    }

    @Test(arguments: [
        (EMFILE, "LimitNOFILE="), (ENFILE, "fs.file-max"), (ENOMEM, "MemoryMax="), (ENOSPC, "Make room"),
        (EDQUOT, "Make room"), (EIO, "Check the disk"),
    ])
    func whatTheSystemLacksMayPassAndItsRemedyFits(errno: Int32, remedy: String) {
        let fault = StartFault.opening(FileFault(operation: "open", path: "/f", errno: errno), "Be another file.")
        #expect(fault.status == .system && fault.remedy.contains(remedy), "\(fault)")
    }

    @Test(arguments: [EACCES, ELOOP, EINVAL, EISDIR, EPERM, ENOENT])
    func whatAFileIsIsForAPerson(errno: Int32) {
        let fault = StartFault.opening(FileFault(operation: "open", path: "/f", errno: errno), "Be another file.")
        #expect(fault.status == .configuration && fault.remedy == "Be another file.")
    }
}
