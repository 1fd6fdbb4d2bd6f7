"""A client of a proxy that sends requests exactly as a test writes them."""

import dataclasses
import http.client
import json
import socket


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def received(self):
        """What the service received."""
        return json.loads(self.body)

    def seen(self, name):
        """The values of a header at the service, under any spelling that it may read as the same name."""
        return [
            value for other, value in self.received["headers"] if other.replace("_", "-") == name.lower()
        ]


class Client:
    def __init__(self, port):
        self.port = port

    def send(self, path, method="GET", key=None, headers=(), body=b""):
        """Sends one request. `headers` are pairs; a name may come twice."""
        lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", "Connection: close"]
        if key:
            lines.append(f"Authorization: Bearer {key}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return self.exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + body, method)

    def exchange(self, request, method="GET"):
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(request)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def upgrade(self, path, key, line):
        """Upgrades a connection, sends a line, and returns the status and what comes back."""
        request = (
            f"GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        )
        if key:
            request += f"Authorization: Bearer {key}\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(request.encode() + b"\r\n")
            stream = connection.makefile("rb")
            status = int(stream.readline().split()[1])
            while stream.readline().strip():
                pass
            if status != 101:
                return status, b""
            connection.sendall(line)
            return status, stream.readline()
