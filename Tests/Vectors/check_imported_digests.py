#!/usr/bin/env python3
"""Checks imported-digests.json with an implementation that shares nothing with Keyward's own.

Reads the file beside it, or the one named by the first argument. Silent if all agrees; else it says what does not and
exits with 1. With --make it writes the file's digests anew, from its peppers, formats and secrets.
"""

import hashlib
import hmac
import json
import pathlib
import sys


def parts(form, secret):
    """The short token and the covered part of a secret; None if it has another form."""
    if form == "sha256":
        return "", secret
    rest, separator, long_token = secret.rpartition("_")
    short_token = rest.rpartition("_")[2]
    return (short_token, long_token) if separator and short_token and long_token else None


def expected(vector):
    """What a vector must have besides its pepper, format and secret."""
    found = parts(vector["format"], vector["secret"])
    if not found:
        return {"shortToken": None, "sha256": None, "digest": None}
    short_token, covered = found
    sha256 = hashlib.sha256(covered.encode()).digest()
    message = vector["format"].encode() + b"\0" + short_token.encode() + b"\0" + sha256
    digest = hmac.new(bytes.fromhex(vector["pepper"]), message, hashlib.sha256)
    return {"shortToken": short_token, "sha256": sha256.hex(), "digest": digest.hexdigest()}


def main():
    """Checks or makes the file; the exit status."""
    words = [word for word in sys.argv[1:] if word != "--make"]
    path = pathlib.Path(words[0] if words else pathlib.Path(__file__).with_name("imported-digests.json"))
    vectors = json.loads(path.read_text(encoding="utf-8"))
    if "--make" in sys.argv:
        made = [{**vector, **expected(vector)} for vector in vectors["vectors"]]
        path.write_text(json.dumps({**vectors, "vectors": made}, indent=2) + "\n", encoding="utf-8")
        return 0
    problems = 0
    for index, vector in enumerate(vectors["vectors"]):
        for name, value in expected(vector).items():
            if vector[name] != value:
                problems += 1
                print(f"vector {index}: {name} is {vector[name]}, not {value}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
