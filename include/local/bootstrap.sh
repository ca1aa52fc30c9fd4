#!/bin/sh
# Makes .venv from the pinned, hashed requirements and keeps it in step with them.
#   bootstrap.sh [--dev | --bench]    --dev: also what tests and checks need; --bench: .venv-bench with others' programs
# Takes the newest of Python 3.13, 3.12, 3.11 that really runs: spaCy is twice as fast from 3.12 on.
set -eu
unset CDPATH # with it, cd may go to another checkout
cd -- "$(dirname -- "$0")/../.."
venv=${DESK_VENV:-.venv}
files="requirements.txt"
case "${1:-}" in
--dev) files="requirements.txt requirements-dev.txt" ;;
--bench) files="requirements.txt bench/requirements.txt" venv=.venv-bench ;;
esac

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

wanted=$(cat $files | cksum)
stamp="$venv/installed-$(printf '%s' "$files" | tr -c 'a-z' '_')"
is_ready() { [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; }

is_ready && exit 0
# Two commands of a new clone at once: the second waits for the first.
command -v flock >/dev/null 2>&1 && exec 9<. && flock 9
is_ready && exit 0

# uv can be on the PATH and yet not run, and wants a cache even where the home cannot be written.
if uv --version >/dev/null 2>&1; then has_uv=yes; else has_uv=; fi
if [ "$has_uv" ] && ! mkdir -p "$(uv cache dir)" 2>/dev/null; then
    UV_CACHE_DIR=$(mktemp -d)
    export UV_CACHE_DIR
    trap 'rm -rf "$UV_CACHE_DIR"' EXIT
fi

# A python may be on the PATH and yet not run: pyenv's shims answer "command not found" for versions not chosen.
works() { "$1" -c "import sys, ssl, sqlite3; sys.exit(sys.version_info[:2] != (${2%.*}, ${2#*.}))" >/dev/null 2>&1; }
can_make_venv() { [ "$has_uv" ] || "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }
can_install() { "$venv/bin/python" -c '' 2>/dev/null && { [ "$has_uv" ] || "$venv/bin/python" -m pip --version >/dev/null 2>&1; }; }

pyenv_root() {
    shim=$(command -v python3 2>/dev/null) || return 0
    case $shim in */shims/*) printf '%s' "${shim%/shims/*}" ;; *) printf '%s' "${PYENV_ROOT:-${HOME:-}/.pyenv}" ;; esac
}

find_python() {
    root=$(pyenv_root)
    for version in 3.13 3.12 3.11; do
        for candidate in "python$version" "$root"/versions/"$version"*/bin/python "/usr/local/bin/python$version" \
            "/usr/bin/python$version" "/opt/homebrew/bin/python$version" python3; do
            if works "$candidate" "$version" && can_make_venv "$candidate"; then
                printf '%s' "$candidate"
                return 0
            fi
        done
    done
    return 1
}

# Not there, moved with the checkout, or cut short before it had its pip.
if ! can_install; then
    python=$(find_python) || die "No usable Python 3.11, 3.12 or 3.13 found: install one with its venv module" \
        "(on Debian: apt install python3 python3-venv), then run this again."
    say "Making $venv with $("$python" --version)"
    rm -rf "$venv"
    if [ "$has_uv" ]; then uv venv --quiet --python "$python" "$venv"
    else "$python" -m venv "$venv"; fi || die "$venv could not be made in $(pwd): take a folder of yours, or set DESK_VENV."
fi

say "Installing the packages of $files (a minute or two the first time)"
for file in $files; do set -- "$@" -r "$file"; done
case "${1:-}" in --dev | --bench) shift ;; esac
if [ "$has_uv" ]; then
    uv pip install --quiet --python "$venv/bin/python" --no-deps --require-hashes "$@"
else
    # pip of whatever age came with Python: 23.2 is known to work.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes "$@"
fi || die "The packages could not be installed; the lines above say why. Mend that and run this again."
printf '%s' "$wanted" >"$stamp"
