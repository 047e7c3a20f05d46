# test/support/process.sh - for test/run and bench/run: children that end when the script does.
#
# Each child gets a session of its own, so that an interrupt reaches this script alone, at once, and the whole
# family is ended together: meson's tests and the servers they start are in sessions of their own again, and
# meson ends those when it is asked to end.

child=

# Runs a command to its end; its status is the result. Its output may be redirected, this script's own is not.
run() {
    setsid "$@" 9>&- &
    child=$!
    wait "$child"
    child_status=$?
    child=
    return "$child_status"
}

# The whole group, or the one process while it has no group of its own yet.
signal_group() {
    kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null
}

# Ends a process group: asks, gives it five seconds, insists.
end_group() {
    signal_group TERM "$1"
    tries=50
    while [ "$tries" -gt 0 ] && signal_group 0 "$1"; do
        sleep 0.1
        tries=$((tries - 1))
    done
    signal_group KILL "$1"
}

stopped_by_signal() {
    trap '' INT TERM HUP
    [ -z "$child" ] || end_group "$child"
    echo "interrupted" >&9
    exit 130
}

stop_children_on_signals() {
    exec 9>&2
    trap stopped_by_signal INT TERM HUP
}
