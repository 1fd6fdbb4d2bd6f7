"""A service behind a proxy: it answers each request with what it received, and speaks an upgraded protocol."""

import base64
import hashlib
import http.server
import json
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        if self.headers.get("Upgrade"):
            self.upgrade()
            return
        received = {
            "method": self.command, "target": self.path, "body": body,
            "headers": [[name.lower(), value] for name, value in self.headers.items()],
        }
        text = json.dumps(received).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = answer

    def upgrade(self):
        """Switches protocols, says the key's name, and sends one line back."""
        self.send_response(101)
        self.send_header("Upgrade", self.headers["Upgrade"])
        self.send_header("Connection", "Upgrade")
        # RFC 6455, section 4.2.2: HAProxy checks it.
        accepted = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        digest = hashlib.sha1(accepted.encode()).digest()
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        line = self.rfile.readline()
        self.wfile.write((self.headers.get("X-Keyward-Name") or "").encode() + b" " + line)
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, address):
        # A proxy may reset a connection that it needs no more.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


class Service:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
