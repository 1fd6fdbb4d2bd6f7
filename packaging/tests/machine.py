"""A real systemd as PID 1 of its own namespaces, over a Debian root that it cannot change.

Everything it mounts, writes and starts lives in those namespaces or in memory, so it is gone with its init: there is
nothing to clean up but control groups. Its init dies with this process, also when this one is killed.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

_BOOT = """
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs "$work"
mkdir "$work"/upper "$work"/work "$work"/root
mount -t overlay -o lowerdir="$lower",upperdir="$work"/upper,workdir="$work"/work overlay "$work"/root
# As on a real system: systemd mounts credentials in its own namespace and needs them to propagate here.
mount --make-shared "$work"/root
cd "$work"/root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=0755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=0755,nosuid tmpfs dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mknod -m 0666 dev/null c 1 3
mknod -m 0666 dev/zero c 1 5
mknod -m 0666 dev/full c 1 7
mknod -m 0666 dev/random c 1 8
mknod -m 0666 dev/urandom c 1 9
mknod -m 0666 dev/tty c 5 0
echo keyward-test >etc/hostname
exec env -i container=keyward-tests PATH="$PATH" TERM=dumb chroot . /lib/systemd/systemd --log-target=journal
"""

_NAME = "keyward-tests-"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """Boots in __init__, ends in `power_off`."""

    def __init__(self, lower):
        for left in _of_killed_runs(pathlib.Path(tempfile.gettempdir())):
            shutil.rmtree(left)
        self._work = tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-")
        self._groups = _ControlGroups(os.path.basename(self._work))
        self._console = open(os.path.join(self._work, "console"), "w+b")
        command = [
            "setpriv", "--pdeathsig", "KILL",
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc", "--net",
            "bash", "-c", _BOOT,
        ]
        environment = {"PATH": _PATH, "lower": str(lower), "work": self._work}
        self._outer = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=self._console, stderr=self._console,
            # Ctrl-C stops the tests, which then power the machine off.
            start_new_session=True, preexec_fn=self._groups.enter)
        try:
            self.init = self._wait_for_init()
            self._wait_until_booted()
        except BaseException:
            self.power_off()
            raise

    def power_off(self):
        """Simulates a power failure: no process inside is notified."""
        self._outer.kill()
        self._outer.wait()
        self._groups.remove()
        self._console.close()
        shutil.rmtree(self._work, ignore_errors=True)

    def path(self, inside):
        """The path of a file of the machine for this process."""
        return pathlib.Path("/proc", str(self.init), "root", inside.lstrip("/"))

    def start(self, *command, **options):
        """Starts a command in the machine, as root. Returns a Popen."""
        entered = ["nsenter", "-t", str(self.init), "--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup",
                   "--root", "--wd", "env", "-i", "PATH=" + _PATH, "LANG=C.UTF-8", "TERM=dumb", *command]
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(
            entered, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **options)

    def run(self, *command, input=None, timeout=60):
        """Runs a command in the machine, as root, to its end. Returns an Outcome."""
        process = self.start(*command, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
        try:
            output, errors = process.communicate(input, timeout)
        except BaseException:
            end(process)
            raise
        return Outcome(command, process.returncode, output, errors)

    def check(self, *command, **options):
        """Like `run`, but the command must succeed. Returns its stdout."""
        outcome = self.run(*command, **options)
        assert outcome.status == 0, str(outcome)
        return outcome.output

    def _wait_for_init(self):
        children = pathlib.Path("/proc", str(self._outer.pid), "task", str(self._outer.pid), "children")
        return int(until(lambda: self._alive() and children.read_text().split(), "no init")[0])

    def _wait_until_booted(self):
        until(lambda: self._alive() and self.path("/run/systemd/private").exists(), "systemd does not answer")
        state = self.run("systemctl", "is-system-running", "--wait").output.strip()
        if state != "running":
            failed = self.run("systemctl", "--failed", "--no-legend", "--plain").output
            raise AssertionError(f"the machine is {state}: {failed}")

    def _alive(self):
        if self._outer.poll() is None:
            return True
        self._console.seek(0)
        raise AssertionError("the machine did not boot: " + self._console.read().decode(errors="replace"))


def end(process):
    """Ends what `start` started: nsenter and its children, because each of them holds the pipes open."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


class Outcome:
    """The exit status and the output of a command."""

    def __init__(self, command, status, output, errors):
        self.command, self.status, self.output, self.errors = command, status, output, errors

    def __str__(self):
        return f"{' '.join(self.command)}\nended with {self.status}\n{self.errors}"


class _ControlGroups:
    """A group in each hierarchy (cgroups(7): one in version 2, several in version 1), so that what the machine makes
    is below it and can be removed."""

    def __init__(self, name):
        self._folders = []
        for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
            mount = self._mount(*line.split(":", 2)[:2])
            # A cpuset group accepts no process before it has cores, and systemd sets none.
            if mount and line.split(":")[1] != "cpuset":
                self._folders.append(mount / line.split(":", 2)[2].lstrip("/") / name)
        for folder in self._folders:
            for left in _of_killed_runs(folder.parent):
                self._remove(left)
            folder.mkdir()

    def enter(self):
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self):
        for folder in self._folders:
            self._remove(folder)

    def _remove(self, folder):
        for path, _, _ in os.walk(folder, topdown=False):
            until(lambda: self._removed(path), f"{path} is still in use")

    @staticmethod
    def _removed(path):
        try:
            os.rmdir(path)
        except OSError:
            return False
        return True

    @staticmethod
    def _mount(hierarchy, controllers):
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            fields, kind = line.split(" - ")
            options = kind.split()[2].split(",")
            version2 = hierarchy == "0" and kind.startswith("cgroup2 ")
            version1 = controllers and kind.startswith("cgroup ") and set(controllers.split(",")) <= set(options)
            if version2 or version1:
                return pathlib.Path(fields.split()[4])
        return None


def _of_killed_runs(folder):
    """The remains of interrupted runs in a folder, by the process id in the name."""
    for path in folder.glob(_NAME + "*"):
        if not pathlib.Path("/proc", path.name.removeprefix(_NAME).split("-")[0]).exists():
            yield path


def until(condition, otherwise, seconds=60):
    """Polls for events without a wait call: the first steps of a boot, the removal of a control group, a reload of nginx."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(otherwise)
