# bench/parts.sh - for bench/run and what it starts: the parts that --only may name.
#
# check_parts WHO KNOWN GIVEN: ends the script with status 2 unless GIVEN, words between commas, are all in KNOWN.

COMPARE_PARTS='post tls counts stall events memory queue open json size'
MICRO_PARTS='json http sse pool timers memory'

check_parts() {
    set -f # a part may be called *
    found=
    for part in $(printf '%s' "$3" | tr ',' ' '); do
        case " $2 " in
        *" $part "*) found=yes ;;
        *) echo "$1: --only: no part is called $part; there are $2" >&2 && exit 2 ;;
        esac
    done
    set +f
    [ -n "$found" ] || { echo "$1: --only names no part; there are $2" >&2 && exit 2; }
}
