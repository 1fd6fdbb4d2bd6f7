"""The servers that are compared, each a process on its own core with its own socket and the same keys."""

import json
import os
import socket
import subprocess

import wire


class Peer:
    """A server process, and the work that the load generator gives it."""

    framing = "line"

    def __init__(self, name, folder, placement):
        self.name = name
        self.folder = os.path.join(folder, name.split()[-1].lower())
        os.makedirs(self.folder, exist_ok=True)
        self.placement = placement
        self.socket = os.path.join(self.folder, "s")
        self.work = os.path.join(self.folder, "work")

    def start(self, command, **options):
        self.process = subprocess.Popen(command, preexec_fn=self.placement, stdin=subprocess.DEVNULL, **options)

    def cpu_nanoseconds(self):
        """What all its threads have run since the start (proc(5), schedstat)."""
        folder = f"/proc/{self.process.pid}/task"
        return sum(int(open(f"{folder}/{task}/schedstat").read().split()[0]) for task in os.listdir(folder))

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Keyward(Peer):
    def __init__(self, folder, placement, program):
        super().__init__("keywardd", folder, placement)
        configuration = os.path.join(self.folder, "keyward.yaml")
        with open(configuration, "w") as file:
            file.write("verifyLoops: 1\n")
        ready, end = os.pipe()
        self.database = os.path.join(self.folder, "state", "keyward.db")
        self.admin = os.path.join(self.folder, "keyward.sock")
        self.socket = os.path.join(self.folder, "verify.sock")
        self.start(
            [program, "--run-dir", self.folder, "--state-dir", os.path.join(self.folder, "state"),
             "--config", configuration, "--ready-fd", str(end)],
            pass_fds=[end], stderr=open(os.path.join(self.folder, "log"), "w"),
        )
        os.close(end)
        with open(ready, "rb") as pipe:
            if not pipe.readline():
                raise SystemExit(open(os.path.join(self.folder, "log")).read())

    def create(self, count):
        """Creates keys in batches of a hundred; their Key objects and secrets."""
        keys = []
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.admin)
            replies = connection.makefile("rb")
            for start in range(0, count, 100):
                batch = [wire.create_request(n, f"service-{n:06}") for n in range(start, min(start + 100, count))]
                connection.sendall(wire.compact(batch).encode() + b"\n")
                keys += [(reply["result"]["key"], reply["result"]["secret"]) for reply in json.loads(replies.readline())]
        return keys

    def prepare(self, questions):
        self.secret = next(key for _, key, code, _ in questions if code == "valid")
        wire.write_work(self.work, ((wire.verify_line(n, key), text + "\n") for n, key, _, text in questions))


class Echo(Peer):
    def __init__(self, folder, placement, program, reply_length):
        super().__init__("C echo", folder, placement)
        self.reply_length = reply_length
        self.start([program, self.socket, str(reply_length)])

    def prepare(self, questions):
        wire.write_work(self.work, ((wire.verify_line(n, key), "x" * (self.reply_length - 1)) for n, key, _, _ in questions))


class Redis(Peer):
    framing = "bulk"

    def __init__(self, name, folder, placement):
        super().__init__(name, folder, placement)
        self.start(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "no",
             "--dir", self.folder, "--logfile", os.path.join(self.folder, "log")],
        )

    def load(self, commands):
        """Runs commands through one connection; none may fail."""
        commands = list(commands)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            replies = connection.makefile("rb")
            for command in commands:
                connection.sendall(command.encode())
                line = replies.readline()
                if line[:1] == b"-":
                    raise SystemExit(line.decode())
                if line[:1] == b"$":
                    replies.read(int(line[1:]) + 2)


class RedisGet(Redis):
    """Look-up alone: the value is the whole reply."""

    def __init__(self, folder, placement):
        super().__init__("Redis GET", folder, placement)

    def prepare(self, questions):
        self.load(wire.redis_command("SET", key, text) for _, key, code, text in questions if code == "valid")
        wire.write_work(
            self.work,
            ((wire.redis_command("GET", key), wire.bulk(text) if code == "valid" else "$-1\r\n")
             for _, key, code, text in questions),
        )


class RedisFunction(Redis):
    """A verification's work in Lua, in verify.lua."""

    def __init__(self, folder, placement):
        super().__init__("Redis FCALL", folder, placement)

    def prepare(self, questions):
        with open(os.path.join(os.path.dirname(__file__), "verify.lua")) as file:
            self.load([wire.redis_command("FUNCTION", "LOAD", file.read())])
        parts = {number: text.split('"code":"valid",')[-1].rsplit(',"warnings"', 1)[0] for number, _, _, text in questions}
        self.load(
            wire.redis_command("HSET", key, "status", "active", "expiresAt", "4102358400000", "reply", parts[number])
            for number, key, code, _ in questions if code == "valid"
        )
        entries = []
        for number, key, code, text in questions:
            if code != "valid":
                text = f'{{"jsonrpc":"2.0","id":{number},"result":{{"valid":false,"code":"notFound"}}}}'
            entries.append((wire.redis_command("FCALL", "verify", "1", key, str(number)), wire.bulk(text)))
        wire.write_work(self.work, entries)
