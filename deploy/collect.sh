#!/bin/sh
# Collect the static files into a folder, with keys that live as long as this command: collecting uses none of them.
# Use: collect.sh PYTHON FOLDER
set -eu
drawn() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
VAR="$(mktemp -d)"
trap 'rm -rf "$VAR"' EXIT
SECRET_KEY="$(drawn 48)" CODE_HASH_KEY="$(drawn 32)"
export VAR SECRET_KEY CODE_HASH_KEY
STATIC_ROOT="$2" "$1" manage.py collectstatic --noinput --verbosity 0
