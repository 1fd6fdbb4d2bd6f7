import CSystemd
import Glibc
import Testing

@testable import KeywardSystemd

struct HardeningTests {
    @Test func theProcessLeavesNoDumpAndNoPublicFile() async {
        await #expect(processExitsWith: .success) {
            precondition(Hardening.apply().isEmpty)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            precondition(limit.rlim_cur == 0 && limit.rlim_max == 0)
            precondition(umask(0) == 0o077)
            precondition(keyward_dumpable() == 0)
        }
    }
}
