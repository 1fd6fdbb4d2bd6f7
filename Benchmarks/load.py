"""The result of the load generator."""

import json
import sys


def finished(process):
    output = process.communicate()[0]
    if process.returncode != 0:
        sys.exit(1)
    return json.loads(output)
