#!/usr/bin/env python3
"""Checks key-format.json with an implementation that shares nothing with Keyward's own.

Reads the file beside it, or the one named by the first argument. Silent if all agrees; else it says what does not and
exits with 1.
"""

import hashlib
import hmac
import json
import pathlib
import re
import sys
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHAPE = re.compile(r"([a-z][a-z0-9]{1,11})_([0-9A-Za-z]{8})_([0-9A-Za-z]{30})([0-9A-Za-z]{6})")


def six_digits(number):
    """The number in six digits of base 62, the most significant first."""
    text = ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return text


def is_well_formed(text):
    """Whether text is a key, neither mistyped nor truncated."""
    return bool(SHAPE.fullmatch(text)) and text[-6:] == six_digits(zlib.crc32(text[:-6].encode()))


def problems(vectors):
    """The differences, one line each."""
    if vectors["digits"] != DIGITS:
        yield "the digits differ"
    for vector in vectors["valid"]:
        key = vector["key"]
        covered = "_".join([vector["tag"], vector["id"], vector["secret"]])
        checksum = zlib.crc32(covered.encode())
        pepper = bytes.fromhex(vector["pepper"])
        expected = {
            "crc32": format(checksum, "08x"),
            "check": six_digits(checksum),
            "prefix": vector["tag"] + "_" + vector["id"],
            "key": covered + six_digits(checksum),
            "digest": hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest(),
        }
        for name, value in expected.items():
            if vector[name] != value:
                yield f"{vector['prefix']}: {name}"
        if not is_well_formed(key):
            yield f"{vector['prefix']}: refused"
    for vector in vectors["malformed"]:
        if is_well_formed(vector["text"]):
            yield f"accepted: {vector['why']}"


def main():
    """Checks the file and returns the exit status."""
    beside = pathlib.Path(__file__).with_name("key-format.json")
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    found = list(problems(json.loads(path.read_text(encoding="utf-8"))))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
