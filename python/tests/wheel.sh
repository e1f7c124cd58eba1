#!/usr/bin/env bash
# python/tests/wheel.sh FOLDER [--all]
# `./dev python`: makes a wheel and a virtual environment that has it, in FOLDER, and runs its tests
# there with the packages of others that pip fetches; with --all each of them, and none may be
# skipped.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$1 which=1
bin=$folder/venv/bin
pages=("$root/python" "$root/README.md" "$root/docs")
if [ "${2:-}" = --all ]; then
    which=all
    pages+=("--ignore=$root/python/tests/glue/test_torch.py") # Debian's
fi

# With what Debian has: torch, for which pip would fetch gigabytes, and older versions of others.
of_debian() {
    local glue=$root/python/tests/glue
    rm -rf "$folder/alone"
    "$bin/pip" install --quiet --no-deps --target "$folder/alone" "$folder"/millrace-*.whl
    MILLRACE_GLUE=all PYTHONPATH=$folder/alone /usr/bin/python3 -m pytest -q -rs \
        "$glue"/test_{torch,mpi,dask}.py
}

mkdir -p "$folder"
[ -x "$bin/pip" ] || python3 -m venv "$folder/venv"
rm -f "$folder"/millrace-*.whl
"$bin/pip" wheel --quiet --no-deps --wheel-dir "$folder" "$root/python"
"$bin/pip" install --quiet --force-reinstall --no-deps "$folder"/millrace-*.whl
"$bin/pip" install --quiet pytest numpy hypothesis mypy abi3audit pyarrow nanoarrow pandas \
    polars duckdb dask
"$bin/abi3audit" --strict --summary "$folder"/millrace-*.whl
[ $which != all ] || "$bin/pip" install --quiet jax grain ray pyspark mpi4py
MILLRACE_GLUE=$which "$bin/python" -m pytest -q -rs "${pages[@]}"
[ $which != all ] || of_debian
printf "== the wheel is %s; try %s -c 'import millrace'\n" \
    "${folder#"$root"/}/$(basename "$folder"/millrace-*.whl)" "${bin#"$root"/}/python" >&2
