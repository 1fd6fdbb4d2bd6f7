"""The screen: the first page, and pages of a million keys beside the lists that they show. Sizes in bytes."""

import html
import http.client
import os
import re
import socket
import statistics
import subprocess
import time
import urllib.parse

import bars
import peers
import sweeps

BASE = "/settings/api-access"
# The list of the first page (TableQuery).
LIVE = ["disabled", "suspended", "retiring", "expiring", "stale", "unused", "active"]
LIST = {"workspace": "default", "status": LIVE, "sort": "-created", "limit": 25, "total": True}
PAGES = {"first page": {}, "by name": {"sort": "name"}, "search": {"search": "nothing here"}}
REQUESTS = 9


class Screen:
    """A screen on loopback, and a signed-in browser without JavaScript: one connection that stays open."""

    def __init__(self, bench, daemon):
        self.process = subprocess.Popen(
            [bench.options.web, "--socket", daemon.admin, "--idle", "8h"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=bench.on_all_cores)
        bench.started(self)
        link = urllib.parse.urlsplit(self.process.stdout.readline().strip())
        self.headers = {"Host": link.netloc}
        self.connection = http.client.HTTPConnection("127.0.0.1", link.port)
        self.post(BASE + "/open", {"token": urllib.parse.parse_qs(link.query)["token"][0]})

    def request(self, method, path, body=None, headers=()):
        self.connection.request(method, path, body, {**self.headers, **dict(headers)})
        response = self.connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise SystemExit(f"{method} {path}: {response.status}")
        self.mark = response.getheader("X-Mark")
        cookie = response.getheader("Set-Cookie")
        if cookie:
            self.headers["Cookie"] = cookie.split(";")[0]
        return content

    def get(self, path=BASE):
        return self.request("GET", path)

    def post(self, path, fields):
        return self.request(
            "POST", path, urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})

    def create(self, name):
        """The page with a new secret."""
        path = BASE + "/new?workspace=default"
        form = self.get(path).decode()
        fields = {}
        for tag in re.findall(r"<(?:input|textarea)[^>]*>", form):
            named, value = (re.search(rf'{attribute}="([^"]*)"', tag) for attribute in ["name", "value"])
            if named:
                fields[named[1]] = html.unescape(value[1]) if value else ""
        return self.post(path, {**fields, "name": name})

    def open(self, path):
        """Opens a page. Returns what its script does every 2 s, which finds no news."""
        page = self.get(path).decode()
        rows = html.unescape(re.search(r'data-rows="([^"]*)"', page)[1])
        keys = ",".join(re.findall(r'<tr role="row" id="([^"]*)"', page))
        self.mark = re.search(r'data-mark="([^"]*)"', page)[1]
        start = rows + ("&" if "?" in rows else "?")

        def poll():
            if self.get(f"{start}after={self.mark}&keys={keys}"):
                raise SystemExit("the page is not idle")

        # The first time it learns the newest audit entry.
        poll()
        return poll

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def milliseconds(body):
    start = time.monotonic()
    body()
    return (time.monotonic() - start) * 1e3


def cpu_milliseconds(daemon):
    """What the daemon has used of its cores."""
    fields = open(f"/proc/{daemon.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


def tables(bench):
    yield first_page(bench)
    yield million(bench)


def first_page(bench):
    daemon, _ = bench.keyward("keywardd", loops=None, place=bench.on_all_cores)
    screen = Screen(bench, daemon)
    size = len(screen.get())
    times = [milliseconds(screen.get) for _ in range(REQUESTS * bench.options.rounds)]
    secret = len(screen.create("bench-of-the-screen"))
    middle = statistics.median(times)
    keys = f"{bench.options.keys:,} keys"
    bench.bars.add(f"screen, first page at {keys}", "≤ 20 ms", f"{middle:.1f} ms", middle <= 20)
    bench.bars.add(f"screen, size of the first page at {keys}", "< 50 kB", f"{size / 1e3:.1f} kB", size < 50_000)
    bench.bars.add("screen, size of the page with a secret", "< 16 kB", f"{secret / 1e3:.1f} kB", secret < 16_000)
    ninth = sorted(times)[len(times) * 9 // 10]
    return "\n".join([
        f"| the screen, {keys} | median | ninth of ten |", "|---|--:|--:|",
        f"| first page | {middle:.1f} ms, {size / 1e3:.1f} kB | {ninth:.1f} ms |",
        f"| page with a new secret | {secret / 1e3:.1f} kB | |"])


def million(bench):
    state, work = bench.seeded(bench.options.many)
    daemon = bench.started(peers.Keyward(bench, "of-many", state=state, work=work, loops=None, place=bench.on_all_cores))
    screen = Screen(bench, daemon)
    lines = [f"| the screen, {bench.options.many:,} keys | page, ms | its list, ms |", "|---|--:|--:|"]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(daemon.admin)
        replies = connection.makefile("rb")
        for name, query in PAGES.items():
            path = BASE + ("?" + urllib.parse.urlencode(query) if query else "")
            pages, lists = [], []
            for _ in bench.rounds():
                pages.append(milliseconds(lambda: screen.get(path)))
                lists.append(milliseconds(
                    lambda: sweeps.ask(connection, replies, "keys.list", {**LIST, **query})))
            more = statistics.median(page - of_list for page, of_list in zip(pages, lists))
            bench.bars.add(
                f"screen, {name} of {bench.options.many:,} keys", "≤ its list + 10 ms", f"+ {more:.1f} ms", more <= 10)
            lines.append(f"| {name} | {statistics.median(pages):.1f} | {statistics.median(lists):.1f} |")
    poll = screen.open(BASE + "?sort=name")
    polls = [milliseconds(poll) for _ in range(REQUESTS * bench.options.rounds)]
    before = cpu_milliseconds(daemon)
    for _ in polls:
        poll()
    cost = (cpu_milliseconds(daemon) - before) / len(polls)
    lines.append(f"| news for an idle page | {statistics.median(polls):.1f} | none; {cost:.1f} ms of the daemon's cores |")
    return "\n".join(lines)
