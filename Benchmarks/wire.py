"""The requests of the load generator, and the expected beginnings of their replies."""

import json
import random
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BAD_SHARE = 0.02


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def create_request(number, name, terms=None):
    """A request for a realistic key: an owner, two scopes, a little metadata, an expiry, and perhaps more."""
    params = {
        "name": name,
        "owner": {"name": "Platform team"},
        "scopes": ["orders:read", "orders:write"],
        "metadata": {"tier": "gold"},
        "expiresAt": "2099-12-31T00:00:00Z",
        **(terms or {}),
    }
    return {"jsonrpc": "2.0", "id": number, "method": "keys.create", "params": params}


def checksum(text):
    """Six digits of base 62, as in the key format."""
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = DIGITS[digit] + digits
    return digits


def unknown_key(generator):
    """A well-formed key that was never created."""
    text = "kw_" + "".join(generator.choices(DIGITS, k=8)) + "_" + "".join(generator.choices(DIGITS, k=30))
    return text + checksum(text)


def mistyped(key):
    return key[:20] + ("a" if key[20] != "a" else "b") + key[21:]


def fixed_part(key):
    """The members of every verification of a key."""
    facts = {"keyId": key["id"]}
    facts |= {name: key[name] for name in ["workspace", "name", "owner", "scopes", "metadata", "expiresAt"]}
    return compact(facts)[1:-1]


NO_KEY = fixed_part(dict.fromkeys(["id", "workspace", "name", "owner", "scopes", "metadata", "expiresAt"]))


def reply(number, code, part):
    valid = "true" if code == "valid" else "false"
    return (
        f'{{"jsonrpc":"2.0","id":{number},"result":{{"valid":{valid},"code":"{code}",{part},"warnings":[]}}}}'
    )


def questions(keys, seed):
    """`(number, presented key, code, whole reply)`: every key once, in random order, and one in fifty of them bad."""
    generator = random.Random(seed)
    order = list(keys)
    generator.shuffle(order)
    for number, (key, secret) in enumerate(order, start=1):
        if generator.random() >= BAD_SHARE:
            yield number, secret, "valid", reply(number, "valid", fixed_part(key))
        elif number % 2:
            yield number, mistyped(secret), "malformed", reply(number, "malformed", NO_KEY)
        else:
            yield number, unknown_key(generator), "notFound", reply(number, "notFound", NO_KEY)


def verify_line(number, secret):
    return compact({"jsonrpc": "2.0", "id": number, "method": "keys.verify", "params": {"key": secret}}) + "\n"


def redis_command(*words):
    return f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)


def bulk(text):
    return f"${len(text.encode())}\r\n{text}\r\n"


def write_work(path, entries):
    """Writes `(request, beginning of its reply)` in the format of load.c."""
    with open(path, "wb") as file:
        for request, prefix in entries:
            request, prefix = request.encode(), prefix.encode()
            file.write(b"%d %d\n" % (len(request), len(prefix)) + request + prefix)
