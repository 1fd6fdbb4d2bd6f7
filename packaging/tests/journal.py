"""The machine's journal from a moment on, read as a monitor would: `journalctl -o json`, by fields."""

import json
import select
import time

from machine import end


class Journal:
    """Begins where the journal ends when this is made."""

    def __init__(self, machine):
        self._machine = machine
        self.mark()

    def mark(self):
        """Forgets what has been written up to now."""
        self._machine.check("journalctl", "--sync")
        # By time: with --after-cursor= and matches, systemd 252 leaves out the first entry.
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
            # Whole lines are read one by one from the pipe itself, so that `select` sees all that is unread.
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
        """What a person looks at when something went wrong; the changes that a load made are left out."""
        text = self._machine.run("journalctl", self._since, "--output=short-precise", "--no-pager", "--quiet").output
        return "\n".join([line for line in text.splitlines() if ", by loader" not in line][-lines:])

    def _command(self, matches):
        return ["journalctl", self._since, "--output=json", "--quiet", "--no-pager", *matches]
