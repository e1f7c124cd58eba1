#!/usr/bin/env bash
# tests/install/packages.sh FOLDER
# `./dev deb`: builds the Debian packages in FOLDER and lints them; as root, where there is no
# millrace yet, also installs them, uses them and removes them again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$1

die() {
    echo "deb: $1" >&2
    exit 1
}

try_packages() {
    dpkg -i "$folder"/*.deb
    [ "$(cd / && millrace 'range(101) | sum()')" = 5050 ] || die "the installed command is wrong"
    (cd / && /usr/bin/python3 -c 'import millrace; assert millrace.range(101).sum() == 5050') ||
        die "the installed Python module is wrong"
    man -w millrace >/dev/null || die "the manual page is not found"
    local -a names
    mapfile -t names < <(for file in "$folder"/*.deb; do dpkg-deb -f "$file" Package; done)
    dpkg -r "${names[@]}"
    ! command -v millrace >/dev/null || die "the command is still there"
}

rm -rf "$folder" && mkdir -p "$folder/millrace"
(cd "$root" && git ls-files -z | xargs -0 tar -cf -) | tar -xf - -C "$folder/millrace"
(cd "$folder/millrace" && dpkg-buildpackage -b -us -uc -j"$(nproc)" >"$folder/build.log" 2>&1) ||
    { tail -n 40 "$folder/build.log" >&2 && die "the packages were not built"; }
lintian --fail-on error,warning "$folder"/*.changes \
    --suppress-tags initial-upload-closes-no-bugs,bad-distribution-in-changes-file
[ "$(id -u)" != 0 ] || command -v millrace >/dev/null || try_packages
echo "== the packages are in ${folder#"$root"/}" >&2
