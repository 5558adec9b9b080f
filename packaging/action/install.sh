#!/usr/bin/env bash
# Finds the ipfix that the action runs. Outputs:
#   program    the absolute path of ipfix; empty if it must be built
#   root       the directory to build into
#   cache-key  the key under which the build is cached; empty if no commit identifies the sources
#
# A release is taken only if it was made from the code of the action that the workflow names. A download that is missing is replaced by a
# build; one that is wrong is an error.
# shellcheck source=packaging/action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# The workflow that builds releases and attests their provenance.
readonly release_workflow=.github/workflows/release.yml
readonly version_pattern='^v([0-9]+\.[0-9]+\.[0-9]+)$'
readonly commit_pattern='^[0-9a-f]{40}$'

die() {
  error "$1"
  exit 1
}

done_with() {
  output program "$(native "$1")"
  echo "ipfix: $1"
  exit 0
}

ref=${ACTION_REF#refs/tags/}
url=$GITHUB_SERVER_URL/$ACTION_REPOSITORY
scratch=$(mktemp -d "$(native "$RUNNER_TEMP")/ipfix-XXXXXX")
version=
commit=
pinned=
refs=

# build_instead COMMAND REASON: ends this step. COMMAND is how to report the reason.
build_instead() {
  local system="" repository key
  if ! { command -v cargo && command -v rustc; } >/dev/null; then
    die "$2, and there is no cargo on PATH to build ipfix from source; install Rust $(field rust-version) or later (https://rustup.rs) before this step"
  fi
  "$1" "$2; building ipfix from source"
  # A program that was linked against the C library of one system may not run on another.
  # shellcheck source=/dev/null
  if [ -r /etc/os-release ]; then system=$(. /etc/os-release && echo "${ID-}-${VERSION_ID-}"); fi
  # Another repository can have the same tag. No name of a repository has a plus sign.
  repository=${ACTION_REPOSITORY//\//+}
  repository=${repository//[^A-Za-z0-9._+-]/_}
  if [ -n "$ACTION_REPOSITORY" ]; then pin; fi
  key=$pinned
  output root "$(native "$RUNNER_TEMP")/ipfix${repository:+-$repository}-${key:-local}"
  if [ -n "$key" ]; then
    key="ipfix-$RUNNER_OS-$RUNNER_ARCH-$system-$repository-$key-$(cd "$GITHUB_ACTION_PATH" && rustc -V)"
    key=${key//[^A-Za-z0-9._+-]/_}
  fi
  output cache-key "$key"
  exit 0
}

# commit_of NAME REFS: the commit of a ref in the output of git ls-remote. An annotated tag has a second line for its commit.
commit_of() {
  local hash name found=
  while read -r hash name; do
    case $name in
      "$1^{}") found=$hash && break ;;
      "$1") found=$hash ;;
    esac
  done <<<"$2"
  echo "$found"
}

# remote_refs NAME...: writes these refs of the repository into a file.
# shellcheck disable=SC2329 # called through without_commands
remote_refs() {
  # Not in the work tree: its configuration is for another repository, and git refuses to read that of another user, as in a container.
  # Nobody answers prompts.
  (cd "$scratch" && GIT_CEILING_DIRECTORIES=$RUNNER_TEMP GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=never \
    GIT_HTTP_LOW_SPEED_LIMIT=1 GIT_HTTP_LOW_SPEED_TIME=30 git ls-remote "$url" "$@") >"$scratch/refs"
}

# read_refs NAME...: sets refs.
read_refs() {
  without_commands remote_refs "$@" && refs=$(cat "$scratch/refs")
}

# Sets the commit of a ref that is not expected to move: a commit hash, or the tag of a release. It stays empty for any other, and if it
# cannot be looked up.
pin() {
  if [[ $ref =~ $commit_pattern ]]; then
    pinned=$ref
  elif [[ $ref =~ $version_pattern ]] && command -v git >/dev/null && read_refs "refs/tags/$ref" "refs/tags/$ref^{}" "refs/heads/$ref"; then
    # The runner may have taken a branch of the same name.
    if [ -z "$(commit_of "refs/heads/$ref" "$refs")" ]; then pinned=$(commit_of "refs/tags/$ref" "$refs"); fi
  fi
}

# Sets the commit of the action, and its version if this commit is a release.
identify() {
  local own release head
  own=$(field version)
  if [[ $ref =~ $version_pattern ]]; then
    version=${BASH_REMATCH[1]}
    return
  fi
  if [[ $ref =~ $commit_pattern ]]; then commit=$ref; fi
  command -v git >/dev/null || build_instead warning "there is no git on PATH to look up which release $ref is"
  if ! read_refs "refs/tags/v$own" "refs/tags/v$own^{}" "refs/tags/$ref" "refs/tags/$ref^{}" "refs/heads/$ref" "$ref"; then
    build_instead warning "the tags of $url cannot be read"
  fi
  release=$(commit_of "refs/tags/v$own" "$refs")
  if [ -z "$commit" ]; then
    commit=$(commit_of "refs/tags/$ref" "$refs")
    head=$(commit_of "refs/heads/$ref" "$refs")
    if [ -n "$commit" ] && [ -n "$head" ] && [ "$commit" != "$head" ]; then
      commit=
      build_instead notice "$ref is a tag and a branch"
    fi
    commit=${commit:-${head:-$(commit_of "$ref" "$refs")}}
  fi
  if [ -z "$commit" ] || [ "$commit" != "$release" ]; then
    build_instead notice "$ref is not the commit of release v$own"
  fi
  version=$own
}

# The static program on Linux: it also runs with an old C library, and in Alpine Linux.
target() {
  case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
  esac
}

download() { # NAME: an asset of the release, into the current directory
  local from=$url/releases/download/v$version/$1
  without_commands curl --fail --silent --show-error --location --proto "=${from%%:*}" --proto-redir =https --tlsv1.2 \
    --retry 3 --retry-connrefused --connect-timeout 20 --max-time 300 --output "$1" "$from"
}

check_sum() { # ARCHIVE
  local expected name actual
  download "$1.sha256" || die "release v$version has $1, but $1.sha256 cannot be downloaded; nothing was installed"
  read -r expected name <<<"$(tr -d '\r\0' <"$1.sha256")"
  # Such as the page for signing in, which some servers send in place of files.
  if ! [[ $expected =~ ^[0-9a-fA-F]{64}$ ]]; then
    build_instead warning "$1 cannot be downloaded from release v$version of $url: its .sha256 file is not a checksum"
  fi
  if command -v sha256sum >/dev/null; then
    actual=$(sha256sum <"$1")
  elif command -v shasum >/dev/null; then
    actual=$(shasum -a 256 <"$1")
  else
    die "there is neither sha256sum nor shasum on PATH to check $1; install one of them, or set \`install: source\`"
  fi
  if [ "${name#\*}" != "$1" ] || [ "$expected" != "${actual%% *}" ]; then
    die "$1 has the SHA-256 checksum ${actual%% *}, but its release says \`$expected $name\`; nothing was installed"
  fi
}

# The checksum comes from the same place as the archive. The provenance says from which commit and by which workflow it was built.
# gh can compare the commit since 2.68.
check_provenance() { # ARCHIVE
  local arguments missing=
  if [ "$GITHUB_SERVER_URL" != https://github.com ]; then
    missing="only github.com has it"
  elif [ -z "${GH_TOKEN-}" ] || ! command -v gh >/dev/null || [[ $(gh attestation verify --help 2>&1) != *--source-digest* ]]; then
    missing="that requires gh 2.68 or later and a token"
  fi
  if [ -n "$missing" ]; then
    warning "the provenance of $1 is not verified: $missing. Its checksum is correct, but whoever can edit the release can replace both, whatever commit the workflow names; to run only the code of that commit, set \`install: source\`"
    return 0
  fi
  arguments=(--repo "$ACTION_REPOSITORY" --signer-workflow "$ACTION_REPOSITORY/$release_workflow" --source-ref "refs/tags/v$version" --deny-self-hosted-runners)
  if [ -n "$commit" ]; then arguments+=(--source-digest "$commit"); fi
  without_commands env GH_HOST=github.com gh attestation verify "$1" "${arguments[@]}" ||
    die "the provenance of $1 cannot be verified; nothing was installed. Set \`install: source\` if GitHub cannot be reached from this runner"
}

# shellcheck disable=SC2329 # called through without_commands
unpack() { # ARCHIVE
  case $1 in
    *.tar.gz) tar -xzf "$1" ;;
    # Git Bash has no tar for zip archives; the one of Windows reads them.
    *) if command -v unzip >/dev/null; then unzip -q "$1"; else "$SYSTEMROOT/System32/tar.exe" -xf "$1"; fi ;;
  esac
}

install_release() {
  local target name archive program printed
  case $GITHUB_SERVER_URL in
    https://* | file://*) ;;
    *) build_instead warning "releases are downloaded only over https" ;;
  esac
  target=$(target)
  if [ -z "$target" ]; then build_instead notice "there is no release for $RUNNER_OS $RUNNER_ARCH"; fi
  identify
  command -v curl >/dev/null || build_instead warning "there is no curl on PATH to download release v$version"
  name=ipfix-$version-$target
  case $RUNNER_OS in
    Windows) archive=$name.zip program=$name/ipfix.exe ;;
    *) archive=$name.tar.gz program=$name/ipfix ;;
  esac
  # In the directory, because Git Bash's tar takes the letter of a drive for the name of a host.
  cd "$scratch"
  download "$archive" || build_instead warning "$archive cannot be downloaded from release v$version of $url"
  check_sum "$archive"
  check_provenance "$archive"
  without_commands unpack "$archive" || die "$archive cannot be unpacked"
  rm "$archive"
  printed=$("./$program" --version) || die "the ipfix of $archive does not run on this system; set \`install: source\`"
  [ "$printed" = "ipfix $version" ] || die "the ipfix of $archive is \`$printed\`, not version $version"
  done_with "$scratch/$program"
}

case $INPUT_INSTALL in
  path)
    program=$(type -P ipfix) || die "\`install: path\`, but there is no ipfix on PATH; install it before this step, or remove the input"
    case $program in
      /*) done_with "$program" ;;
      *) done_with "$PWD/$program" ;;
    esac
    ;;
  release | source) ;;
  *) die "the input \`install\` is \`$INPUT_INSTALL\`; expected \`release\`, \`source\` or \`path\`" ;;
esac
if [ -z "$ref" ] || [ -z "$ACTION_REPOSITORY" ]; then build_instead notice "the action is used from a local directory"; fi
if [ "$INPUT_INSTALL" = source ]; then build_instead echo "The input \`install\` is \`source\`"; fi
install_release
