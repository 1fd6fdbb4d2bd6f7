"""The team's site in a machine: nginx with the documented site, and people with browsers that have no JavaScript."""

import base64
import html.parser
import json
import pathlib
import urllib.parse

from host import Secret, _as

HOST = "keys.example.com"
BASE = "/settings/api-access"
_EXAMPLE = "/usr/share/doc/keyward/examples/nginx/keyward-web.conf"
_SITE = "/etc/nginx/sites-enabled/keyward"
_PASSWORDS = "/etc/nginx/keyward.htpasswd"


class Site:
    """nginx, not started; `enable` copies the site and starts it."""

    def __init__(self, host):
        self.host = host
        host.path("/tmp/web_request.py").write_text(pathlib.Path(__file__).with_name("web_request.py").read_text())
        host.check("sh", "-ec", f"""
            grep -q {HOST} /etc/hosts || echo 127.0.0.1 {HOST} >>/etc/hosts
            rm -f /etc/nginx/sites-enabled/*
            : >{_PASSWORDS}
            test -e /etc/ssl/private/{HOST}.key || openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
                -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} \
                -keyout /etc/ssl/private/{HOST}.key -out /etc/ssl/certs/{HOST}.pem 2>/dev/null
        """)

    def enable(self):
        """Follows the steps in the example, which needs no change here."""
        self.host.check("cp", _EXAMPLE, _SITE)
        self.host.check("systemctl", "restart", "nginx.service")

    def password(self, name):
        """Lets a person log in at nginx."""
        secret = Secret("pass-of-" + name)
        digest = self.host.check("openssl", "passwd", "-apr1", "-stdin", input=secret + "\n").strip()
        with open(self.host.path(_PASSWORDS), "a") as file:
            file.write(f"{name}:{digest}\n")
        return secret

    def add(self, name, role, *options):
        """Runs the one command. Returns the person's browser."""
        added = self.host.json("web", "add", name, "--role", role, *options)
        assert added["person"] == name
        person = self.person(name)
        person.account, person.uid, person.advice = added["account"], added["uid"], added["advice"]
        return person

    def person(self, name):
        return Person(self.host, name, self.password(name))

    def remove_everybody(self):
        for person in self.host.json("web", "list")["people"]:
            self.host.json("web", "remove", person["person"])
        self.host.check("systemctl", "stop", "nginx.service")
        self.host.check("rm", "-f", _SITE)


class Page:
    def __init__(self, answer):
        self.status, self.headers, self.text = answer["status"], answer["headers"], answer["text"]

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def location(self):
        return self.header("Location")

    @property
    def secret(self):
        """The new key on the page."""
        return Secret(self.text.split('id="secret"')[1].split(">")[1].split("<")[0])

    @property
    def form(self):
        return _Form(self.text)

    def __repr__(self):
        return f"<page {self.status}>"


class Person:
    """A browser without JavaScript, with a login."""

    def __init__(self, host, name, password):
        self._host, self.name, self._password = host, name, password
        self.cookie = None
        self.account = self.uid = self.advice = None

    def get(self, path=BASE, **options):
        return self.send("GET", path, **options)

    def submit(self, page, path=None, **values):
        """Sends the form of a page that changes something, with these values in place of the page's own."""
        form = page.form
        fields = {**form.fields, **values}
        return self.post(form.action if path is None else path, fields)

    def post(self, path, fields, **headers):
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.send("POST", path, body=urllib.parse.urlencode(fields, doseq=True), headers=headers)

    def follow(self, page):
        assert page.status == 303, page.status
        return self.get(page.location)

    def send(self, method, path, body=None, headers=None, password=True, unix=None, user="root", host=HOST):
        fields = [["Host", host]]
        if password:
            login = f"{self.name}:{self._password if password is True else password}"
            fields.append(["Authorization", "Basic " + base64.b64encode(login.encode()).decode()])
        if self.cookie:
            fields.append(["Cookie", self.cookie])
        fields += [[name, value] for name, value in (headers or {}).items() if value is not None]
        request = {"method": method, "path": path, "headers": fields, "body": body, "unix": unix}
        page = Page(json.loads(self._host.check(
            *_as(user), "python3", "/tmp/web_request.py", input=json.dumps(request))))
        set_cookie = page.header("Set-Cookie")
        if set_cookie:
            assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(set_cookie.split("; "))
            self.cookie = set_cookie.split(";")[0]
        return page


class _Form(html.parser.HTMLParser):
    """The first form that is sent with POST."""

    def __init__(self, text):
        super().__init__()
        self.action, self.fields = None, {}
        self._inside = self._done = False
        self._select = None
        self.feed(text)
        assert self.action, "the page has no form"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and attributes.get("method") == "post" and not self._done:
            self.action, self._inside = attributes["action"], True
        if not self._inside:
            return
        if tag == "input" and "name" in attributes:
            if attributes.get("type") != "checkbox" or "checked" in attributes:
                self.fields[attributes["name"]] = attributes.get("value", "")
        elif tag == "select":
            self._select = attributes["name"]
        elif tag == "option" and self._select and ("selected" in attributes or self._select not in self.fields):
            self.fields[self._select] = attributes["value"]

    def handle_endtag(self, tag):
        if tag == "form" and self._inside:
            self._inside, self._done = False, True
        if tag == "select":
            self._select = None
