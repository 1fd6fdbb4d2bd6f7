#!/bin/bash
# Asks Keyward about the key on standard input, and prints the answer as it came. Needs socat.
set -euo pipefail

read -r key || [[ -n $key ]]
[[ $key =~ ^[A-Za-z0-9_]+$ ]] || { echo "that is no key" >&2; exit 5; }
printf '{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"%s"}}\n' "$key" |
    socat -t 5 - "UNIX-CONNECT:${KEYWARD_VERIFY_SOCKET:-/run/keyward/verify.sock}"
