#!/usr/bin/env python3
"""Asks Keyward whether a key is good, right now. Python 3.9 or later, and nothing but its standard library."""

import json
import os
import socket
import sys


class Keyward:
    """One connection to Keyward's verify socket, for one thread. OSError means that Keyward could not answer."""

    def __init__(self, path=None, timeout=2.0):
        self.path = path or os.environ.get("KEYWARD_VERIFY_SOCKET") or "/run/keyward/verify.sock"
        self.timeout = timeout
        self.stream = None

    def verify(self, key, workspace="default", scopes=()):
        """The answer as a dict: `valid`, `code`, and the key's details if `key` is the whole secret of one."""
        if not key.isascii() or len(key) > 1024:
            return {"valid": False, "code": "malformed"}
        params = {"key": key, "workspace": workspace, "scopes": list(scopes)}
        request = {"jsonrpc": "2.0", "id": 1, "method": "keys.verify", "params": params}
        try:
            reply = self._ask(json.dumps(request).encode() + b"\n")
        except (OSError, EOFError, ValueError) as error:
            self.stream = None
            raise OSError(f"Keyward did not answer at {self.path}: {error}") from error
        if "error" in reply:
            raise OSError(reply["error"]["message"])
        return reply["result"]

    def _ask(self, line):
        if self.stream:
            try:
                return self._exchange(line)
            except (ConnectionError, EOFError):
                pass  # The daemon has hung up, as it does when it restarts: connect again, once.
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout)
        connection.connect(self.path)
        self.stream = connection.makefile("rwb")
        return self._exchange(line)

    def _exchange(self, line):
        self.stream.write(line)
        self.stream.flush()
        reply = self.stream.readline()
        if not reply:
            raise EOFError("it hung up")
        return json.loads(reply)


if __name__ == "__main__":
    answer = Keyward().verify(sys.stdin.readline().strip())
    print(answer["code"], answer.get("name") or "-")
    sys.exit(0 if answer["valid"] else 5)
