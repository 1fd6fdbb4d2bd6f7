"""Sends one HTTP request from inside the machine: a line of JSON on stdin, the answer as JSON on stdout.

{"url": "https://…" or null, "unix": "/path" or null, "method": …, "path": …, "headers": [[name, value], …], "body": …}
"""

import http.client
import json
import socket
import ssl
import sys


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self._path)


def main():
    request = json.load(sys.stdin)
    if request.get("unix"):
        connection = UnixConnection(request["unix"])
    else:
        context = ssl.create_default_context(cafile="/etc/ssl/certs/keys.example.com.pem")
        connection = http.client.HTTPSConnection("keys.example.com", timeout=30, context=context)
    try:
        connection.putrequest(request["method"], request["path"], skip_host=True, skip_accept_encoding=True)
        for name, value in request["headers"]:
            connection.putheader(name, value)
        body = (request.get("body") or "").encode()
        if request["method"] == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode()
        json.dump({"status": answer.status, "headers": answer.getheaders(), "text": text}, sys.stdout)
    except (OSError, http.client.HTTPException) as error:
        json.dump({"status": 0, "headers": [], "text": f"{type(error).__name__}: {error}"}, sys.stdout)


main()
