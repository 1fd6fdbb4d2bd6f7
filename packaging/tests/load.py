"""Clients that verify and create keys without pause. It runs inside the machine, as one account:

    python3 load.py VERIFIERS CREATORS

Reads commands from stdin, one a line, and answers each with one line of JSON:

    mark    answers when every client has had a reply to a request that it sent after this
    stop    ends all clients; how many replies there were, and what went wrong
    check   looks whether every key whose creation was acknowledged is there and verifies

A client does what KeywardClient does: it connects again when its connection ends, and repeats what is safe to repeat.
Secrets stay in this process.
"""

import json
import socket
import sys
import threading
import time

ADMIN = "/run/keyward/keyward.sock"
VERIFY = "/run/keyward/verify.sock"


class Connection:
    """One connection that sends a request and reads its reply."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        # Longer than any restart may take: a call without a reply by then is a fault.
        self._socket.settimeout(60)
        self._socket.connect(path)
        self._replies = self._socket.makefile("rb")

    def call(self, method, params):
        """The reply; None if the connection ended instead."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            line = self._replies.readline()
        except (BrokenPipeError, ConnectionResetError):
            return None
        return json.loads(line) if line.endswith(b"\n") else None


class Client(threading.Thread):
    """Sends requests until it is stopped."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self._path = path
        self._replied = threading.Condition()
        self._isStopping = False
        self._begun = 0
        self.replies = 0
        self.ends = 0
        self.longestWait = 0.0
        self.faults = []

    def run(self):
        try:
            connection = Connection(self._path)
            while not self._isStopping:
                with self._replied:
                    self._begun += 1
                start = time.monotonic()
                while (reply := self.attempt(connection)) is None:
                    self.ends += 1
                    connection = Connection(self._path)
                self.longestWait = max(self.longestWait, time.monotonic() - start)
                with self._replied:
                    self.replies += 1
                    self._replied.notify_all()
        except Exception as fault:
            # Especially ConnectionRefusedError and FileNotFoundError: a restart must not cause them.
            self.faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            with self._replied:
                self._isStopping = True
                self._replied.notify_all()

    def attempt(self, connection):
        raise NotImplementedError

    def wait_for_a_reply(self):
        with self._replied:
            # The request in flight was sent before this.
            wanted = self._begun + 1
            self._replied.wait_for(lambda: self.replies >= wanted or self._isStopping, timeout=60)
            if self.replies < wanted and not self.faults:
                self.faults.append("no reply in 60 s")

    def stop(self):
        self._isStopping = True
        self.join(70)


class Verifier(Client):
    def __init__(self, secret, key_id):
        super().__init__(VERIFY)
        self._secret, self._key_id = secret, key_id

    def attempt(self, connection):
        reply = connection.call("keys.verify", {"key": self._secret})
        if reply is None or is_shutting_down(reply):
            return None
        if reply.get("result", {}).get("valid") is not True or reply["result"]["keyId"] != self._key_id:
            raise AssertionError(f"a good key was answered {reply.get('error') or reply['result']['code']}")
        return reply


class Creator(Client):
    """A creation is not repeated: one without a reply is uncertain and not counted."""

    def __init__(self, number):
        super().__init__(ADMIN)
        self._number = number
        self._attempts = 0
        self.acknowledged = []

    def attempt(self, connection):
        self._attempts += 1
        name = f"load-{self._number}-{self._attempts}"
        reply = connection.call("keys.create", {"name": name})
        if reply is None or is_shutting_down(reply):
            return None
        if "result" not in reply:
            raise AssertionError(f"a creation was answered {reply['error']}")
        self.acknowledged.append((reply["result"]["key"]["id"], reply["result"]["secret"]))
        return reply


def is_shutting_down(reply):
    return reply.get("error", {}).get("code") == -32010


def stopped(clients):
    for client in clients:
        client.stop()
    verifiers = [client for client in clients if isinstance(client, Verifier)]
    creators = [client for client in clients if isinstance(client, Creator)]
    return {
        "verified": sum(client.replies for client in verifiers),
        "created": sum(len(client.acknowledged) for client in creators),
        "connectionsEnded": sum(client.ends for client in clients),
        "longestWaitSeconds": round(max(client.longestWait for client in clients), 3),
        "faults": [fault for client in clients for fault in client.faults],
    }


def checked(creators):
    """The acknowledged keys that are missing, by id."""
    connection = Connection(VERIFY)
    lost = []
    keys = [key for creator in creators for key in creator.acknowledged]
    for key_id, secret in keys:
        reply = connection.call("keys.verify", {"key": secret})
        if not reply or not reply["result"]["valid"] or reply["result"]["keyId"] != key_id:
            lost.append(key_id)
    return {"acknowledged": len(keys), "lost": lost}


def main():
    verifiers, creators = int(sys.argv[1]), int(sys.argv[2])
    made = Connection(ADMIN).call("keys.create", {"name": "load"})["result"]
    creating = [Creator(number) for number in range(creators)]
    clients = [Verifier(made["secret"], made["key"]["id"]) for _ in range(verifiers)] + creating
    for client in clients:
        client.start()
    for line in sys.stdin:
        answer = {}
        if line == "mark\n":
            for client in clients:
                client.wait_for_a_reply()
            answer = {"faults": [fault for client in clients for fault in client.faults]}
        elif line == "stop\n":
            answer = stopped(clients)
        elif line == "check\n":
            answer = checked(creating)
        print(json.dumps(answer), flush=True)


main()
