#!/usr/bin/env bash
# run.sh FOLDER PYTHON: the tests of the package, as the build has it: the extension module in
# FOLDER/millrace, the sources here.
set -euo pipefail
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$1 python=$2

for file in "$sources"/src/millrace/*; do
    [ -d "$file" ] || ln -sf "$file" "$folder/millrace/"
done
# A sanitized module needs its sanitizer before Python itself, which frees not all at its end.
preload=$(ldd "$folder/millrace/_core.abi3.so" | awk '/lib(asan|ubsan)/ {print $3}' | paste -sd:)
[ -z "$preload" ] || export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
[ ! -x "$folder/../millrace" ] || export MILLRACE_COMMAND=$folder/../millrace
PYTHONPATH=$folder PYTHONDONTWRITEBYTECODE=1 LD_PRELOAD=$preload \
    exec "$python" -m pytest -q -p no:cacheprovider "$sources" "$sources/../README.md"
