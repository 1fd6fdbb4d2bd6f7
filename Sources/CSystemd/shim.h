#include <sys/prctl.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// prctl is variadic, which Swift cannot call.
static inline int keyward_deny_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int keyward_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
