"""The Debian system that a machine boots: created once by debootstrap, cached, and never changed by a test."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

SUITE = "bookworm"

# The package's dependencies (the machine has no network), an init, and the programs that the tests run.
PACKAGES = sorted([
    # systemd-analyze verify looks up the manual pages that units name.
    "systemd", "systemd-sysv", "dbus", "procps", "python3", "man-db",
    # The proxy of the screen for a team, with TLS and passwords.
    "nginx-light", "openssl", "curl",
    "libsystemd0", "libsqlite3-0", "libnettle8", "libc6", "libgcc-s1", "libstdc++6",
])


def cached():
    """The path of a root with PACKAGES; downloads it if the cache has none. Concurrent runs share one download."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "/var/cache") / "keyward-tests"
    cache.mkdir(parents=True, exist_ok=True)
    recipe = hashlib.sha256(" ".join([SUITE, *PACKAGES]).encode()).hexdigest()[:12]
    root = cache / f"{SUITE}-{recipe}"
    with _locked(cache / "lock"):
        if not root.is_dir():
            unfinished = cache / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _debootstrap(unfinished, cache / "debootstrap.log")
            unfinished.rename(root)
    return root


@contextlib.contextmanager
def _locked(path):
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _debootstrap(target, log):
    print(f"\nmaking a Debian root in {target.parent} (once; about a minute)", flush=True)
    command = [
        # The mounts and processes of debootstrap end with it in any case.
        "setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child",
        "debootstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES), SUITE, str(target), _mirror(),
    ]
    with open(log, "wb") as output:
        if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode != 0:
            raise SystemExit(f"debootstrap failed; {log} says why:\n" + _tail(log))


def _mirror():
    """The mirror of this system, if it is a Debian system."""
    sources = pathlib.Path("/etc/apt").glob("sources.list*/**/*") if os.path.isdir("/etc/apt") else []
    files = [pathlib.Path("/etc/apt/sources.list"), *sorted(sources)]
    text = "\n".join(file.read_text(errors="replace") for file in files if file.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(https?://\S+/debian)/?(?:\s|$)", text, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def _tail(path):
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:])


if __name__ == "__main__":
    cached()
