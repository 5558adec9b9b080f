# shellcheck shell=bash
# What the scripts in packaging/ share. They source this file; it is not run by itself.
#
# Exit statuses of the scripts: 0 passed, 1 failed, 77 skipped with a reason on stderr (a missing tool is never a pass).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where the scripts put packages. The tests install from here.
packages=${IPFIX_PACKAGES:-$root/target/packages}
# The build of a release; its profile is in Cargo.toml.
profile=${IPFIX_PROFILE:-dist}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
# Empty without Rust, which not every script needs.
host=$({ rustc -vV 2>/dev/null || :; } | sed -n 's/^host: //p')
export version host packages profile
mkdir -p "$packages"

skip() {
  echo "SKIPPED: $*" >&2
  exit 77
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# need COMMAND...: skips the script unless all commands are on PATH.
need() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || skip "no $command on PATH"
  done
}

# python_tools NAME REQUIREMENT...: installs tools from PyPI into a virtual environment below target/ and puts them on PATH.
python_tools() {
  local name=$1 venv=$root/target/tools/$1 bin=bin
  shift
  need python3
  case ${OSTYPE:-} in msys* | cygwin*) bin=Scripts ;; esac
  if [ "$(cat "$venv/requirements" 2>/dev/null)" != "$*" ]; then
    rm -rf "$venv"
    { python3 -m venv "$venv" && "$venv/$bin/python" -m pip install -q --disable-pip-version-check "$@"; } >&2 || skip "$name: PyPI cannot be reached for $*"
    echo "$*" >"$venv/requirements"
  fi
  PATH=$venv/$bin:$PATH
}

# cargo_tool COMMAND CRATE@VERSION [OPTION...]: installs this version of a command from crates.io below target/ and puts it on PATH. Built
# without optimization, because it runs once.
cargo_tool() {
  local command=$1 crate=$2 tools=$root/target/tools/$2
  shift 2
  PATH=$tools/bin:$PATH
  [ -x "$tools/bin/$command" ] && return
  cargo install --quiet --locked --debug --root "$tools" --target-dir "$root/target/tools/build" "$crate" "$@" >&2 ||
    skip "$crate cannot be installed"
}

# fresh FILE: whether it exists and is newer than all that is compiled into ipfix.
fresh() {
  [ -e "$1" ] && [ -z "$(cd "$root" && find src docs/rules Cargo.toml Cargo.lock -newer "$1" -print | head -n 1)" ]
}

# accept COMMAND...: what every installed ipfix must do, whatever is between the shell and the program.
accept() {
  local scratch status patch examples=$root/examples/terraform
  scratch=$(mktemp -d)
  [ "$("$@" --version)" = "ipfix $version" ] || fail "$*: --version prints $("$@" --version), not ipfix $version"
  status=0
  patch=$("$@" "$examples/everyday" 2>"$scratch/stderr") || status=$?
  [ "$status" = 1 ] || fail "$*: exit status $status on a module with a finding, not 1"
  grep -q '^+resource "aws_iam_instance_profile" "web" {$' <<<"$patch" || fail "$*: no patch on stdout"
  grep -q IPF001 "$scratch/stderr" || fail "$*: no finding on stderr"
  status=0
  "$@" --no-such-option >/dev/null 2>&1 || status=$?
  [ "$status" = 2 ] || fail "$*: exit status $status for wrong usage, not 2"
  # Arguments with blanks, quotes and characters outside of ASCII arrive as they are; --write writes, and then nothing is left.
  local name=$'a b "c" \'d\' $e é.tf'
  cp "$examples/everyday/main.tf" "$scratch/$name"
  (cd "$scratch" && "$@" --quiet --write "$name") || fail "$*: --write failed on a file with an unusual name"
  (cd "$scratch" && "$@" --quiet --check "$name" >"$scratch/left") || fail "$*: findings are left after --write"
  [ ! -s "$scratch/left" ] || fail "$*: a second run lists $(cat "$scratch/left")"
  # stdin to stdout.
  "$@" --write - --stdin-filename main.tf <"$examples/everyday/main.tf" >"$scratch/fixed.tf" 2>/dev/null || fail "$*: stdin was not fixed"
  cmp "$scratch/fixed.tf" "$scratch/$name" || fail "$*: stdin is fixed in another way than a file"
  # A reader that stops early is no error, and is not waited for.
  { sleep 0.3; "$@" --list-rules; echo "$?" >"$scratch/status"; } 2>"$scratch/stderr" | true
  [ ! -s "$scratch/stderr" ] || fail "$*: a closed pipe is reported: $(cat "$scratch/stderr")"
  [ "$(cat "$scratch/status")" = 0 ] || fail "$*: exit status $(cat "$scratch/status") if the reader closes the pipe, not 0"
  rm -rf "$scratch"
  echo "ok: $*"
}

# seconds COMMAND...: runs it and prints how long it took, on stderr.
seconds() {
  local start=$EPOCHREALTIME
  "$@"
  awk -v a="$start" -v b="$EPOCHREALTIME" -v what="$*" 'BEGIN { printf "%.1f s: %s\n", b - a, what }' >&2
}
