#!/usr/bin/env bash
# tests/docs/site.sh BUILD FOLDER
# `./dev docs`: the pages as one site in FOLDER, with the pictures that BUILD's command draws of the
# gallery; what the gallery shows is run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$1" && pwd) site=$2

rm -rf "$site" && mkdir -p "$site"/pages/{docs,bench,python}
for page in README.md HACKING.md CHANGELOG.md LICENSE {bench,python}/README.md; do
    cp "$root/$page" "$site/pages/$page"
done
cp "$root"/docs/*.md "$site/pages/docs"
cp -r "$root/examples" "$root/include" "$site/pages"
cp "$root/docs/mkdocs.yml" "$site"
"$root/tests/docs/run.py" --build "$build" --pictures "$site/pages/docs" \
    "$root/docs/gallery.md" || {
    echo "the gallery does not show what comes" >&2
    exit 1
}
(cd "$site" && mkdocs build --quiet --strict --site-dir site) || {
    echo "the site was not built" >&2
    exit 1
}
echo "== the site is ${site#"$root"/}/site/index.html" >&2
