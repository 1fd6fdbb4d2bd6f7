"""A daemon, the screen of it, and the command, as processes in a folder under /tmp."""

import os
import pathlib
import shutil
import subprocess
import tempfile

BIN = pathlib.Path(os.environ["KEYWARD_BIN"])


class Host:
    """The programs of one test."""

    def __init__(self, configuration=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kwb.", dir="/tmp"))
        self.configuration = self.folder / "keyward.yaml"
        self.configuration.write_text(configuration)
        self.environment = dict(
            os.environ,
            KEYWARD_SOCKET=str(self.folder / "keyward.sock"),
            KEYWARD_VERIFY_SOCKET=str(self.folder / "verify.sock"),
        )
        self.screens = []
        self.start()

    def start(self):
        reading, writing = os.pipe()
        self.daemon = subprocess.Popen(
            self.command(
                BIN / "keywardd", "--run-dir", self.folder, "--state-dir", self.folder / "state",
                "--config", self.configuration, "--ready-fd", str(writing)),
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=open(self.folder / "log", "ab"),
            stderr=subprocess.STDOUT,
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as ready:
            assert ready.read(1) == b"\n", (self.folder / "log").read_text()

    def command(self, *arguments):
        """How a program is started."""
        return arguments

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(30)

    def keyward(self, *arguments, text=""):
        """Runs a command that must succeed. Returns its standard output."""
        end = subprocess.run(
            [BIN / "keyward", *arguments], input=text, capture_output=True, text=True, env=self.environment, timeout=60
        )
        assert end.returncode == 0, end.stderr
        return end.stdout.strip()

    def create(self, name, *options):
        """Creates a key. Returns its secret."""
        return self.keyward("create", name, *options)

    def answer(self, secret):
        """The code of a verification."""
        end = subprocess.run(
            [BIN / "keyward", "verify"], input=secret, capture_output=True, text=True, env=self.environment, timeout=60
        )
        return dict(line.split("\t")[:2] for line in end.stdout.splitlines())["code"]

    def screen(self, *options):
        """Starts a screen. Returns its link."""
        screen = subprocess.Popen(
            [BIN / "keyward", "web", *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.environment,
        )
        self.screens.append(screen)
        return screen.stdout.readline().strip()

    def close(self):
        for process in [*self.screens, self.daemon]:
            if process.poll() is None:
                process.kill()
            process.wait(30)
        shutil.rmtree(self.folder)
