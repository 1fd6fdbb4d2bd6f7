"""The servers that are compared, each a process on its own core with its own socket and the same keys."""

import itertools
import json
import os
import socket
import subprocess
import time

import wire


# Each server has its own folders, even with the same name as an earlier one.
NUMBERS = itertools.count()


def source(name):
    with open(os.path.join(os.path.dirname(__file__), name)) as file:
        return file.read()


class Peer:
    """A server process, and its work for the load generator."""

    framing = "line"

    def __init__(self, bench, name, place=None):
        self.name = name
        label = f"{name.split()[-1].lower()}-{next(NUMBERS)}"
        self.folder = os.path.join(bench.run_folder, label)
        os.makedirs(self.folder)
        self.place = place or bench.on_server_core
        self.socket = os.path.join(self.folder, "s")
        self.work = os.path.join(bench.folder, label + ".work")

    def start(self, command, **options):
        self.process = subprocess.Popen(command, preexec_fn=self.place, stdin=subprocess.DEVNULL, **options)

    def wait_for_socket(self):
        """Waits for the socket, which exists when the server listens; ten seconds are enough for all of them."""
        for _ in range(1_000):
            if os.path.exists(self.socket):
                return
            time.sleep(0.01)
        raise SystemExit(f"nothing listens on {self.socket}")

    def cpu_nanoseconds(self):
        """The CPU time of all its threads since the start (proc(5), schedstat)."""
        folder = f"/proc/{self.process.pid}/task"
        return sum(int(open(f"{folder}/{task}/schedstat").read().split()[0]) for task in os.listdir(folder))

    def megabytes(self):
        """Its share of the memory that it maps (proc(5), smaps_rollup)."""
        lines = open(f"/proc/{self.process.pid}/smaps_rollup").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_000

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Keyward(Peer):
    """A daemon, with a new or an existing state folder. Without `loops` it has its defaults."""

    def __init__(self, bench, name, state=None, work=None, loops=1, place=None, waits=True):
        super().__init__(bench, name, place)
        self.state = state or os.path.join(bench.folder, os.path.basename(self.folder))
        self.work = work or self.work
        configuration = os.path.join(self.folder, "keyward.yaml")
        with open(configuration, "w") as file:
            file.write(f"verifyLoops: {loops}\n" if loops else "")
        ready, end = os.pipe()
        self.database = os.path.join(self.state, "keyward.db")
        self.admin = os.path.join(self.folder, "keyward.sock")
        self.socket = os.path.join(self.folder, "verify.sock")
        log = os.path.join(self.folder, "log")
        self.start(
            [bench.options.keywardd, "--run-dir", self.folder, "--state-dir", self.state, "--config", configuration,
             "--ready-fd", str(end)],
            pass_fds=[end], stderr=open(log, "w"),
        )
        os.close(end)
        with open(ready, "rb") as pipe:
            if waits and not pipe.readline():
                raise SystemExit(open(log).read())

    def create(self, count, terms=None):
        """Creates keys in batches of a hundred, with more parameters. Returns their Key objects and secrets."""
        keys = []
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.admin)
            replies = connection.makefile("rb")
            for start in range(0, count, 100):
                batch = [wire.create_request(n, f"service-{n:06}", terms) for n in range(start, min(start + 100, count))]
                connection.sendall(wire.compact(batch).encode() + b"\n")
                keys += [(reply["result"]["key"], reply["result"]["secret"]) for reply in json.loads(replies.readline())]
        return keys

    def prepare(self, questions):
        self.secret = next(key for _, key, code, _ in questions if code == "valid")
        wire.write_work(self.work, ((wire.verify_line(n, key), text + "\n") for n, key, _, text in questions))


class Echo(Peer):
    def __init__(self, bench, reply_length, place=None):
        super().__init__(bench, "C echo", place)
        self.reply_length = reply_length
        self.start([bench.tool("echo"), self.socket, str(reply_length)])
        self.wait_for_socket()

    def prepare(self, questions):
        wire.write_work(self.work, ((wire.verify_line(n, key), "x" * (self.reply_length - 1)) for n, key, _, _ in questions))


class Redis(Peer):
    framing = "bulk"

    def __init__(self, bench, name, database=None, place=None, waits=True):
        super().__init__(bench, name, place)
        self.start(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "no",
             "--dir", database or self.folder, "--logfile", os.path.join(self.folder, "log")],
        )
        if waits:
            self.wait_for_socket()

    def load(self, commands):
        """Runs commands on one connection; none may fail."""
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

    def __init__(self, bench, place=None):
        super().__init__(bench, "Redis GET", place=place)

    def prepare(self, questions):
        self.load(wire.redis_command("SET", key, text) for _, key, code, text in questions if code == "valid")
        wire.write_work(
            self.work,
            ((wire.redis_command("GET", key), wire.bulk(text) if code == "valid" else "$-1\r\n")
             for _, key, code, text in questions),
        )


class RedisFunction(Redis):
    """A verification's work in Lua, in verify.lua."""

    def __init__(self, bench):
        super().__init__(bench, "Redis FCALL")

    def prepare(self, questions):
        self.load([wire.redis_command("FUNCTION", "LOAD", source("verify.lua"))])
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
