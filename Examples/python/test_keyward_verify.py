"""Tests of keyward_verify.py against a scripted daemon: `python3 Examples/python/test_keyward_verify.py`."""

import json
import os
import signal
import socket
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True

from keyward_verify import Keyward  # noqa: E402: after the line that keeps this folder clean


class Daemon:
    """Serves every connection in its own thread. `answer(connection, request)` returns the lines to send."""

    def __init__(self, answer):
        self.answer = answer
        self.connections = 0
        self.folder = tempfile.TemporaryDirectory(prefix="kwp", dir="/tmp")
        self.path = self.folder.name + "/s"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb") as requests:
                for line in requests:
                    for reply in self.answer(connection, json.loads(line)):
                        connection.sendall(reply)
        except OSError:
            pass  # The client has hung up.

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.folder.cleanup()


def reply(request, **members):
    """The reply to a request: the requested key is valid, and its name is the key itself."""
    result = {"valid": True, "code": "valid", "name": request["params"]["key"]}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result, **members}).encode() + b"\n"


def failure(request_id, code):
    error = {"code": -32000, "message": "No.", "data": {"code": code}}
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "error": error}).encode() + b"\n"


def child(body):
    """Runs `body` in a forked child and returns its pid. Status 0 means that `body` returned true."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if body() else 2
        finally:
            os._exit(status)
    return pid


def status(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Interrupted(Exception):
    pass


class KeywardTests(unittest.TestCase):
    def daemon(self, answer=lambda connection, request: [reply(request)]):
        daemon = Daemon(answer)
        self.addCleanup(daemon.stop)
        return daemon

    def client(self, daemon, timeout=60.0):
        return Keyward(daemon.path, timeout)

    def handle(self, number, handler):
        self.addCleanup(signal.signal, number, signal.signal(number, handler))

    def interrupted_between_request_and_reply(self, number, kind):
        caught = threading.Event()

        def answer(connection, request):
            if request["params"]["key"] == "first":
                os.kill(os.getpid(), number)
                caught.wait()
            return [reply(request)]

        daemon = self.daemon(answer)
        keyward = self.client(daemon)
        self.assertEqual(keyward.verify("before")["name"], "before")
        with self.assertRaises(kind):
            keyward.verify("first")
        caught.set()
        for key in ["second", "third"]:
            self.assertEqual(keyward.verify(key)["name"], key)
        self.assertEqual(daemon.connections, 2)

    def test_a_signal_handler_that_raises_leaves_no_reply_behind(self):
        def interrupt(number, frame):
            raise Interrupted

        self.handle(signal.SIGUSR1, interrupt)
        self.interrupted_between_request_and_reply(signal.SIGUSR1, Interrupted)

    def test_a_keyboard_interrupt_leaves_no_reply_behind(self):
        self.handle(signal.SIGINT, signal.default_int_handler)
        self.interrupted_between_request_and_reply(signal.SIGINT, KeyboardInterrupt)

    def test_a_signal_handler_that_verifies_gets_its_own_answer(self):
        answers = []
        handled = threading.Event()

        def verify(number, frame):
            answers.append(keyward.verify("handler")["name"])
            handled.set()

        def answer(connection, request):
            if request["params"]["key"] == "first":
                os.kill(os.getpid(), signal.SIGUSR1)
                handled.wait()
            return [reply(request)]

        self.handle(signal.SIGUSR1, verify)
        keyward = self.client(self.daemon(answer))
        self.assertEqual(keyward.verify("first")["name"], "first")
        self.assertEqual(answers, ["handler"])

    def test_forked_children_get_their_own_answers(self):
        keyward = self.client(self.daemon())
        keyward.verify("before")

        def calls(owner):
            keys = [f"{owner}-{number}" for number in range(500)]
            return all(keyward.verify(key)["name"] == key for key in keys)

        children = [child(lambda: calls(number)) for number in range(4)]
        self.assertTrue(calls("parent"))
        self.assertEqual([status(pid) for pid in children], [0] * 4)

    def test_a_forked_child_has_its_own_connection_and_the_parent_keeps_its_own(self):
        daemon = self.daemon()
        keyward = self.client(daemon)
        keyward.verify("parent")
        self.assertEqual(status(child(lambda: keyward.verify("child")["name"] == "child")), 0)
        self.assertEqual(daemon.connections, 2)
        keyward.verify("parent")
        self.assertEqual(daemon.connections, 2)

    def test_a_fork_during_another_threads_call_blocks_nobody(self):
        asked, release = threading.Event(), threading.Event()

        def answer(connection, request):
            if request["params"]["key"] == "slow":
                asked.set()
                release.wait()
            return [reply(request)]

        keyward = self.client(self.daemon(answer))
        names = []
        thread = threading.Thread(target=lambda: names.append(keyward.verify("slow")["name"]))
        thread.start()
        asked.wait()
        self.assertEqual(status(child(lambda: keyward.verify("child")["name"] == "child")), 0)
        release.set()
        thread.join()
        self.assertEqual(names, ["slow"])

    def test_threads_get_their_own_answers_on_one_connection(self):
        daemon = self.daemon()
        keyward = self.client(daemon)
        wrong = []

        def calls(owner):
            for number in range(200):
                key = f"{owner}-{number}"
                if keyward.verify(key)["name"] != key:
                    wrong.append(key)

        threads = [threading.Thread(target=calls, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(daemon.connections, 1)

    def test_the_reply_to_another_request_is_no_answer(self):
        def answer(connection, request):
            is_last = request["params"]["key"] == "last"
            return [reply(request)] if is_last else [reply(request, id=identity)]

        keyward = self.client(self.daemon(answer))
        for identity in ["0", 1, None]:
            with self.assertRaisesRegex(OSError, "another request"):
                keyward.verify("first")
            self.assertEqual(keyward.verify("last")["name"], "last")

    def test_no_two_requests_have_one_id(self):
        identities = []

        def answer(connection, request):
            identities.append(request["id"])
            return [reply(request)]

        daemon = self.daemon(answer)
        keyward = self.client(daemon)
        for _ in range(2):
            keyward.verify("key")
            self.assertEqual(status(child(lambda: keyward.verify("key"))), 0)
        self.assertEqual(len(set(identities)), 4)

    def test_bytes_behind_a_reply_are_not_the_next_answer(self):
        keyward = self.client(self.daemon(lambda connection, request: [reply(request) * 2]))
        self.assertRaises(OSError, keyward.verify, "first")

    def test_a_daemon_that_hangs_up_is_asked_again_once(self):
        def answer(connection, request):
            if request["params"]["key"] == "last":
                connection.shutdown(socket.SHUT_RDWR)
                return []
            return [reply(request), b""]

        daemon = self.daemon(answer)
        keyward = self.client(daemon)
        keyward.verify("first")
        self.assertRaisesRegex(OSError, "hung up", keyward.verify, "last")
        self.assertEqual(daemon.connections, 2)

    def test_a_daemon_that_shuts_down_is_asked_again(self):
        def answer(connection, request):
            is_second = request["params"]["key"] == "second" and daemon.connections == 1
            return [failure(request["id"], "shuttingDown")] if is_second else [reply(request)]

        daemon = self.daemon(answer)
        keyward = self.client(daemon)
        self.assertEqual([keyward.verify(key)["name"] for key in ["first", "second"]], ["first", "second"])

    def test_an_error_for_the_connection_is_told(self):
        keyward = self.client(self.daemon(lambda connection, request: [failure(None, "limitExceeded")]))
        self.assertRaisesRegex(OSError, "No.", keyward.verify, "key")

    def test_a_daemon_that_sends_a_byte_at_a_time_does_not_extend_the_deadline(self):
        ended = threading.Event()

        def answer(connection, request):
            while not ended.wait(0.01):
                connection.sendall(b" ")
            return []

        keyward = self.client(self.daemon(answer), timeout=0.2)
        self.addCleanup(ended.set)
        self.assertRaisesRegex(OSError, "timed out", keyward.verify, "key")


if __name__ == "__main__":
    # The parent process may have them blocked.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT, signal.SIGUSR1])
    unittest.main()
