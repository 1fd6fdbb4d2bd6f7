#!/usr/bin/env python3
"""Asks Keyward whether a key is valid. Needs Python 3.9 or later and only its standard library."""

import json
import os
import socket
import sys
import threading
import time


class Keyward:
    """A client of Keyward's verify socket. OSError means that Keyward could not answer.

    Threads may share it, and a forked child may use the one that it inherits: each process has its own connection.
    """

    def __init__(self, path=None, timeout=2.0):
        self.path = path or os.environ.get("KEYWARD_VERIFY_SOCKET") or "/run/keyward/verify.sock"
        self.timeout = timeout
        self._processes = {}

    def verify(self, key, workspace="default", scopes=()):
        """The answer as a dict: `valid`, `code`, and the key's details if `key` is the whole secret of one."""
        if not key.isascii() or len(key) > 1024:
            return {"valid": False, "code": "malformed"}
        params = {"key": key, "workspace": workspace, "scopes": list(scopes)}
        # No other request has this id, in any process, so a reply to another request cannot be mistaken for its
        # reply.
        request = {"jsonrpc": "2.0", "id": os.urandom(8).hex(), "method": "keys.verify", "params": params}
        deadline = time.monotonic() + self.timeout
        process = self._process()
        with process.lock:
            try:
                reply = self._ask(process, request, deadline)
            except (OSError, EOFError, ValueError) as error:
                raise OSError(f"Keyward did not answer at {self.path}: {error}") from error
        if "error" in reply:
            raise OSError(reply["error"]["message"])
        return reply["result"]

    def _process(self):
        """This process's lock and connection. Those of a parent process belong to the parent."""
        pid = os.getpid()
        process = self._processes.get(pid)
        if process is None:
            # One atomic step, so that two threads get the same object. Dropping the parent's closes only this
            # process's copy.
            process = self._processes.setdefault(pid, _Process())
            for other in [other for other in list(self._processes) if other != pid]:
                self._processes.pop(other, None)
        return process

    def _ask(self, process, request, deadline):
        # The connection is kept only after a complete reply. If this call ends early, even by a signal handler or
        # KeyboardInterrupt, the next call finds no old reply.
        connection, process.connection = process.connection, None
        if connection:
            try:
                reply = connection.exchange(request, deadline)
                process.connection = connection
                return reply
            except (ConnectionError, EOFError):
                pass  # The daemon has hung up, as it does when it restarts: connect again, once.
        connection = _Connection(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        connection.connect(self.path, deadline)
        reply = connection.exchange(request, deadline)
        process.connection = connection
        return reply


class _Process:
    """The shared state of one process's threads. The lock is reentrant: a signal handler may verify, too."""

    def __init__(self):
        self.lock = threading.RLock()
        self.connection = None


class _Connection:
    """One connection, for one exchange after another. It is closed with the last reference to it."""

    def __init__(self, unconnected):
        self.socket = unconnected

    def __del__(self):
        self.socket.close()

    def connect(self, path, deadline):
        self._wait_until(deadline)
        self.socket.connect(path)

    def exchange(self, request, deadline):
        self._wait_until(deadline)
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        reply = json.loads(self._line(deadline))
        error = reply.get("error")
        if error and (error.get("data") or {}).get("code") == "shuttingDown":
            raise EOFError("the daemon is shutting down")
        # Only an error about the whole connection has no id.
        if reply.get("id") != request["id"] and not (error and reply.get("id") is None):
            raise ValueError("it answered another request")
        return reply

    def _line(self, deadline):
        received = b""
        while not received.endswith(b"\n"):
            self._wait_until(deadline)
            part = self.socket.recv(65536)
            if not part:
                raise EOFError("it hung up")
            received += part
        return received

    def _wait_until(self, deadline):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self.socket.settimeout(remaining)


if __name__ == "__main__":
    answer = Keyward().verify(sys.stdin.readline().strip())
    print(answer["code"], answer.get("name") or "-")
    sys.exit(0 if answer["valid"] else 5)
