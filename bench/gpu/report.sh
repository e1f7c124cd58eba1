# shellcheck shell=bash disable=SC2154
# The report of bench/gpu/run, from its arrays: a page to read, and the same as JSON.

# ---- words and numbers ----

trim() { # text
    local s=${1#"${1%%[![:space:]]*}"}
    echo "${s%"${s##*[![:space:]]}"}"
}

quote() { # text, as JSON
    local s=${1//\\/\\\\}
    s=${s//\"/\\\"}
    s=${s//$'\t'/ }
    printf '"%s"' "${s//[[:cntrl:]]/ }"
}

# Numbers for people: 1234567890 is 1.23 G. Nothing of 0 and of nothing.
short() {
    awk -v x="${1:-0}" 'BEGIN { if (x == 0) exit
        for (k = 1; x >= 1000 && k < 6; k++) x /= 1000
        printf "%.3g%s\n", x, (k > 1 ? " " substr(" KMGTP", k, 1) : "") }'
}

# To three digits; nothing where one of them is not there.
ratio() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { if (a > 0 && b > 0) printf "%.3g", a / b }'; }

product() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { printf "%.0f", a * b }'; }

copy_rate() { # direction
    local row
    for row in ${copies[@]+"${copies[@]}"}; do
        [ "${row%%|*}" != "$1" ] || echo "${row#*|}"
    done
}

# ---- rows ----

# What there is to say of one row, in variables of its own.
look_at_row() { # a row of `timed`
    copy=$(copy_rate 'device to device')
    IFS='|' read -r name kept needed delivered delivered_bytes pipeline <<<"$1"
    # Numbers of 8 bytes that are read beside what is computed; those of files cross the bus before.
    local files memories
    # shellcheck disable=SC2016 # the table's own $FILE
    files=$(grep -oF '$FILE' <<<"$pipeline" | wc -l)
    memories=$(grep -c '^MEMORY' <<<"$pipeline")
    needed=$(awk -v a="$needed" -v b="$kept" -v n="$((files + memories))" \
        'BEGIN { printf "%.0f", a + 8 * n * b }')
    uploaded=''
    [ "$files" -eq 0 ] || uploaded=$(product "$([ "$delivered" = 0 ] && echo "$kept" ||
        echo "$delivered")" $((8 * files)))
    of_upload=$(ratio "$uploaded" "$(copy_rate 'pinned host to device')")
    needed_bytes=$(ratio "$needed" "$kept")
    # What was counted is of shapes that devices with memory of their own have.
    IFS='|' read -r moved fewest <<<"$([ "$memory" != own ] || echo "${moves[$name]:-}")"
    reached=''
    [ -z "$moved" ] || reached=$(product "$kept" "$moved")
    needed_of_copy=$(ratio "$needed" "$copy")
    [ "$needed" != 0 ] || needed_of_copy=0
    moved_of_copy=$(ratio "$reached" "$copy")
    of_pinned=$(ratio "$delivered_bytes" "$(copy_rate 'device to pinned host')")
    IFS='|' read -r cuda _ cuda_name <<<"${by_cuda[$name]:-||}"
    IFS='|' read -r cupy _ <<<"${by_cupy[$name]:-|}"
    of_cuda=$(ratio "$kept" "$cuda")
    of_cupy=$(ratio "$kept" "$cupy")
    verdict=$(verdict_of_row)
}

against() { # what, value, least
    [ -n "$2" ] || return 0
    awk -v what="$1" -v a="$2" -v b="$3" \
        'BEGIN { printf "%s %s; ", what, (a >= b ? "reached" : "MISSED") }'
}

# Of a device with memory of its own, which the targets are for.
verdict_of_row() {
    local said
    [ "$memory" = own ] && [ "${targets[$name]}" != none ] || return 0
    said=$(
        case ${targets[$name]} in
        memory) against memory "$needed_of_copy" 0.8 ;;
        peer) against cuRAND "$of_cuda" 0.8 ;;
        [0-9]*) against "$(short "${targets[$name]}")/s" "$kept" "${targets[$name]}" ;;
        esac
        against delivery "$of_pinned" 0.8
    )
    echo "${said%; }"
}

write_rows() {
    local row name kept needed delivered delivered_bytes pipeline moved fewest reached
    local copy of_pinned needed_bytes needed_of_copy moved_of_copy uploaded of_upload
    local cuda cuda_name of_cuda cupy of_cupy verdict
    printf '\n## Speed\n\n'
    cat <<'TEXT'
*Kept* stays in the device's memory. What a position needs there is what is read
and written of it if each byte moves once; what its kernels move was counted beforehand
(bench/gpu/traffic). The limit of both is a copy on the device, read plus written. *Delivered*
leaves the device; the limit is a copy to pinned memory of the host. *Uploaded* is what the host
read of files and sent there; the limit is a copy from pinned memory. Beside it what libraries for
CUDA keep on the device, and our rate over theirs.

TEXT
    echo "| | kept, positions/s | bytes needed; moved | of a copy: needed; moved" \
        "| delivered, positions/s | bytes/s | of a pinned copy" \
        "| uploaded, bytes/s | of a pinned copy" \
        "| CUDA's libraries, positions/s | ours over theirs" \
        "| CuPy, positions/s | ours over its | |"
    echo "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for row in "${timed[@]}"; do
        look_at_row "$row"
        echo "| $name | $(short "$kept") | ${needed_bytes:-0}${moved:+; $moved}" \
            "| ${copy:+$needed_of_copy${moved:+; $moved_of_copy}}" \
            "| $(short "$delivered") | $(short "$delivered_bytes") | $of_pinned" \
            "| $(short "$uploaded") | $of_upload" \
            "| $(short "$cuda")${cuda_name:+, $cuda_name} | $of_cuda | $(short "$cupy")" \
            "| $of_cupy | $verdict |"
    done
    [ "$memory" = own ] || printf '\nTargets are those of GPUs with memory of their own.\n'
}

# ---- the page ----

write_markdown() {
    local row name verdict took text log
    echo "# millrace on ${title:-a machine without an OpenCL device}"
    printf '\n| | |\n|---|---|\n'
    for row in "${facts[@]}"; do echo "| ${row%%|*} | ${row#*|} |"; done
    printf '\n## Steps\n\n| step | verdict | s | |\n|---|---|--:|---|\n'
    for row in ${verdicts[@]+"${verdicts[@]}"}; do
        IFS='|' read -r name verdict took text <<<"$row"
        echo "| $name | $verdict | $took | ${text//|/\\|} |"
    done
    if [ ${#copies[@]} -gt 0 ]; then
        printf '\n## Copies: the limits\n\n| | bytes/s |\n|---|--:|\n'
        for row in "${copies[@]}"; do echo "| ${row%%|*} | $(short "${row#*|}") |"; done
    fi
    [ ${#timed[@]} -eq 0 ] || write_rows
    for row in ${verdicts[@]+"${verdicts[@]}"}; do
        IFS='|' read -r name verdict took text <<<"$row"
        log=$logs/${name// /-}.log
        [[ $verdict =~ ^(ok|not run)$ ]] || [ ! -s "$log" ] || {
            printf '\n## %s: the end of what it said\n\n' "$name"
            tail -n 25 "$log" | sed 's/^/    /'
        }
    done
}

# ---- the same as JSON ----

list_of() { # function that prints one row as JSON, rows
    local print=$1 row separator=''
    shift
    for row in "$@"; do
        printf '%s\n    ' "$separator"
        "$print" "$row"
        separator=,
    done
    printf '\n  ]'
}

json_verdict() {
    local name verdict took text
    IFS='|' read -r name verdict took text <<<"$1"
    printf '{"step": %s, "verdict": %s, "seconds": %d, "says": %s}' "$(quote "$name")" \
        "$(quote "$verdict")" "$took" "$(quote "$text")"
}

json_copy() {
    printf '{"copy": %s, "bytes_per_second": %s}' "$(quote "${1%%|*}")" "${1#*|}"
}

# What is not there is null.
json_timed() {
    local name kept needed delivered delivered_bytes pipeline moved fewest reached
    local copy of_pinned needed_bytes needed_of_copy moved_of_copy uploaded of_upload
    local cuda cuda_name of_cuda cupy of_cupy verdict
    look_at_row "$1"
    printf '{"row": %s, "pipeline": %s, "kept_positions_per_second": %s' "$(quote "$name")" \
        "$(quote "$pipeline")" "$kept"
    printf ', "needed_bytes_per_position": %s, "moved_bytes_per_position": %s' \
        "${needed_bytes:-0}" "${moved:-null}"
    printf ', "fewest_bytes_per_position": %s, "moved_bytes_per_second": %s' "${fewest:-null}" \
        "${reached:-null}"
    printf ', "needed_of_copy": %s, "moved_of_copy": %s' "${needed_of_copy:-null}" \
        "${moved_of_copy:-null}"
    printf ', "delivered_positions_per_second": %s' "$delivered"
    printf ', "delivered_bytes_per_second": %s, "of_pinned_copy": %s' "$delivered_bytes" \
        "${of_pinned:-null}"
    printf ', "uploaded_bytes_per_second": %s, "of_pinned_upload": %s' "${uploaded:-null}" \
        "${of_upload:-null}"
    printf ', "cuda_positions_per_second": %s, "cuda": %s, "of_cuda": %s' "${cuda:-null}" \
        "$(quote "$cuda_name")" "${of_cuda:-null}"
    printf ', "cupy_positions_per_second": %s, "of_cupy": %s, "verdict": %s}' "${cupy:-null}" \
        "${of_cupy:-null}" "$(quote "$verdict")"
}

write_json() {
    local row
    printf '{\n  "format": 2,\n  "device": %s' "$(quote "$title")"
    for row in "${facts[@]}"; do
        printf ',\n  %s: %s' "$(quote "${row%%|*}")" "$(quote "${row#*|}")"
    done
    printf ',\n  "steps": ['
    list_of json_verdict ${verdicts[@]+"${verdicts[@]}"}
    printf ',\n  "copies": ['
    list_of json_copy ${copies[@]+"${copies[@]}"}
    printf ',\n  "rows": ['
    list_of json_timed ${timed[@]+"${timed[@]}"}
    printf '\n}\n'
}
