# test/support/packages.sh - for test/run and bench/run: has the Debian and Ubuntu packages they need installed.
#
# require_packages NAME... installs what is missing, as root or through sudo; where neither is to be had it says
# which one command would do, and ends the script with status 2. NAME may be `A|B`: the first of them that the
# release has, unless one is installed already.

package_is_installed() {
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Prints each of the wanted packages, or sets of alternatives, that is not installed.
missing_packages() {
    for wanted in "$@"; do
        found=
        for name in $(printf '%s' "$wanted" | tr '|' ' '); do
            if package_is_installed "$name"; then found=yes; fi
        done
        [ -n "$found" ] || printf '%s\n' "$wanted"
    done
}

# Prints the first of the alternatives that apt can install; the last when it knows none, for apt to complain of.
first_available() {
    for name in $(printf '%s' "$1" | tr '|' ' '); do
        if apt-cache policy "$name" 2>/dev/null | grep 'Candidate:' | grep -qv '(none)'; then break; fi
    done
    printf '%s\n' "$name"
}

# Packages that bring a daemon start it, and again at every boot. What is installed here is for tests alone.
hold_services_back() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee /usr/sbin/policy-rc.d >/dev/null
        $as_root chmod 755 /usr/sbin/policy-rc.d
        policy_is_ours=yes
    fi
}

let_services_go() {
    if [ -n "$policy_is_ours" ]; then $as_root rm -f /usr/sbin/policy-rc.d; fi
    policy_is_ours=
}

disable_services() {
    command -v systemctl >/dev/null || return 0
    for name in nginx haproxy tinyproxy; do
        case " $* " in *" $name "*) $as_root systemctl disable "$name" >/dev/null 2>&1 || true ;; esac
    done
}

require_packages() {
    policy_is_ours=
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is neither Debian nor Ubuntu: going on with what is here; needed are: $*" >&2
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root='sudo'
        else
            echo "Packages are missing, and neither root nor sudo is here to install them. Please run:" >&2
            # shellcheck disable=SC2086 # one name a line becomes one name a word
            echo "    apt-get update && apt-get install --no-install-recommends" \
                $(for set in $missing; do first_available "$set"; done) >&2
            exit 2
        fi
    fi

    trap 'let_services_go; exit 130' INT TERM HUP
    $as_root apt-get update -qq >/dev/null || true # an old list may do
    names=$(for set in $missing; do first_available "$set"; done | tr '\n' ' ')
    echo "installing: $names"
    apt_log=$(mktemp) || exit 2
    hold_services_back
    # shellcheck disable=SC2086
    if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $names \
        >"$apt_log" 2>&1; then
        let_services_go
        cat "$apt_log" >&2
        rm -f "$apt_log"
        echo "apt-get could not install: $names" >&2
        exit 2
    fi
    rm -f "$apt_log"
    let_services_go
    # shellcheck disable=SC2086
    disable_services $names
    trap - INT TERM HUP
}

# What building weft takes.
BUILD_PACKAGES='meson ninja-build gcc libc6-dev pkgconf|pkg-config libuv1-dev libllhttp-dev|node-llhttp
libmbedtls-dev zlib1g-dev'
# What the tests use besides: certificates and archives are made at run time.
TEST_PACKAGES='openssl nginx haproxy tinyproxy libarchive-dev libglib2.0-dev netbase'
# What test/run uses unless it is quick.
CHECK_PACKAGES='clang clang-tidy clang-format-14|clang-format cppcheck g++ binutils valgrind'
