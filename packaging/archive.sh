#!/bin/bash
# Makes the archive of a release for one target, and its sum: $packages/archives/ipfix-$version-TARGET.{tar.gz,zip}[.sha256]
#
#   packaging/archive.sh TARGET [BINARY]     without BINARY, the program is built
#
# IPFIX_HOST_BINARY names an ipfix of this machine that writes the manual page and the completions if BINARY does not run here.
# Runs on Linux, on macOS (bash 3.2) and in Git Bash on Windows. The same input gives the same bytes.
set -euo pipefail
# shellcheck source=packaging/common.sh
source "$(dirname "$0")/common.sh"
[ $# -ge 1 ] || fail "usage: packaging/archive.sh TARGET [BINARY]"
target=$1 binary=${2:-}
case $target in
  *-windows-*) program=ipfix.exe extension=zip ;;
  *) program=ipfix extension=tar.gz ;;
esac

# On Windows, `python3` may be a stub that only opens the Microsoft Store.
python=
for candidate in python3 python; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || skip "no Python 3.8 on PATH"

if [ -z "$binary" ]; then
  case $target in
    *-linux-gnu) "$root/packaging/gnu/build" "$target" && binary=$packages/gnu/ipfix ;;
    *-linux-musl) "$root/packaging/static/build" "$target" && binary=$packages/static/ipfix ;;
    *)
      (cd "$root" && cargo build --quiet --locked --bin ipfix --profile "$profile" --target "$target")
      binary=$root/target/$target/$profile/$program
      ;;
  esac
fi
[ -f "$binary" ] || fail "no file $binary"

writer=$binary
"$writer" --version >/dev/null 2>&1 || writer=${IPFIX_HOST_BINARY:-}
[ -n "$writer" ] || fail "$binary does not run here: set IPFIX_HOST_BINARY"
[ "$("$writer" --version | tr -d '\r')" = "ipfix $version" ] || fail "$writer is not version $version"

name=ipfix-$version-$target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/$name/man" "$scratch/$name/completions" "$packages/archives"
cp "$binary" "$scratch/$name/$program"
(cd "$root" && cp README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$scratch/$name")
"$writer" --man >"$scratch/$name/man/ipfix.1"
"$writer" --completions bash >"$scratch/$name/completions/ipfix.bash"
"$writer" --completions zsh >"$scratch/$name/completions/_ipfix"
"$writer" --completions fish >"$scratch/$name/completions/ipfix.fish"
"$writer" --completions powershell >"$scratch/$name/completions/_ipfix.ps1"

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
cd "$scratch"
"$python" "$root/packaging/archive/pack.py" "$name" "$name.$extension" "$epoch"
cp "$name.$extension" "$name.$extension.sha256" "$packages/archives"
ls -l "$packages/archives/$name.$extension"
