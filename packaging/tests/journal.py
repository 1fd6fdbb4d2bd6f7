"""The machine's journal since a given time, read like by a monitor: `journalctl -o json`, by fields."""

import json
import select
import time

from machine import end


class Journal:
    """Begins at the end of the journal at creation."""

    def __init__(self, machine):
        self._machine = machine
        self.mark()

    def mark(self):
        """Skips everything written up to now."""
        self._machine.check("journalctl", "--sync")
        # By time: with --after-cursor= and matches, systemd 252 omits the first entry.
        self._since = f"--since=@{time.time():.6f}"

    def entries(self, *matches):
        """The entries since the mark that match, each a dictionary of its fields."""
        self._machine.check("journalctl", "--sync")
        text = self._machine.check(*self._command(matches))
        return [json.loads(line) for line in text.splitlines()]

    def wait(self, *matches, where=lambda entry: True, seconds=60):
        """The first entry since the mark that matches and that `where` accepts, as soon as it is written."""
        process = self._machine.start(*self._command(matches), "--follow", "--lines=all")
        deadline = time.monotonic() + seconds
        try:
            # Complete lines are read one by one from the pipe itself, so that `select` sees all unread bytes.
            unread = b""
            while select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                unread += process.stdout.buffer.raw.read(65_536) or b""
                *lines, unread = unread.split(b"\n")
                for line in lines:
                    entry = json.loads(line)
                    if where(entry):
                        return entry
                if process.poll() is not None:
                    break
        finally:
            end(process)
        raise AssertionError(f"no entry {' '.join(matches)} in {seconds} s")

    def tail(self, lines=40):
        """The entries for a failure report, without the changes of a load."""
        text = self._machine.run("journalctl", self._since, "--output=short-precise", "--no-pager", "--quiet").output
        return "\n".join([line for line in text.splitlines() if ", by loader" not in line][-lines:])

    def _command(self, matches):
        return ["journalctl", self._since, "--output=json", "--quiet", "--no-pager", *matches]
