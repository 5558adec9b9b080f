#!/usr/bin/env bash
# Builds ipfix from the sources of the action into $ROOT, unless a cache or an earlier step of the job brought it. Outputs:
#   program  the absolute path of ipfix
#   built    "true" if it was built and is to be cached
# shellcheck source=packaging/action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

program=$ROOT/bin/ipfix
if [ "$RUNNER_OS" = Windows ]; then program=$program.exe; fi

built=true
# Without a key, the sources may differ from those of the program that is there.
if [ -n "$CACHE_KEY" ] && [ -e "$program" ]; then
  if printed=$("$program" --version 2>&1) && [ "$printed" = "ipfix $(field version)" ]; then
    output program "$program"
    exit 0
  fi
  warning "the cached program is not ipfix $(field version); building it again. Delete the cache entry $CACHE_KEY"
  # cargo does not replace a program that it did not install, and a cache entry cannot be replaced.
  rm -rf "${ROOT:?}/bin"
  built=false
fi

# Not in the work tree: its Rust toolchain and its configuration of cargo are meant for other code, and a pull request may change them.
# The same holds for flags such as `-D warnings`.
cd "$GITHUB_ACTION_PATH"
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_BUILD_TARGET
echo "::group::cargo install"
if ! without_commands cargo install --locked --path . --root "$ROOT" --target-dir "$ROOT/build"; then
  echo "::endgroup::"
  error "ipfix cannot be built; it requires Rust $(field rust-version) or later, a linker, and access to crates.io (see the log of this step)"
  exit 1
fi
echo "::endgroup::"
# Later steps of the job find the program, not its parts. Without a key, they build again.
if [ -n "$CACHE_KEY" ]; then rm -rf "$ROOT/build"; fi
output program "$program"
output built "$built"
