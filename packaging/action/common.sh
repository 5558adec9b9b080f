# shellcheck shell=bash
# What the scripts of the action share. They run in bash 3.2 (macOS), in Git Bash (Windows) and in containers with few programs.
set -euo pipefail

# Workflow commands. The escapes keep a message on one line, so that it cannot contain another command.
command_line() {
  local message=$2 carriage_return=$'\r' line_feed=$'\n'
  message=${message//\%/%25}
  message=${message//$carriage_return/%0D}
  message=${message//$line_feed/%0A}
  printf '::%s title=ipfix::%s\n' "$1" "$message"
}
notice() { command_line notice "$1"; }
warning() { command_line warning "$1"; }
error() { command_line error "$1"; }

# without_commands COMMAND...: runs it with stdout and stderr as one stream, in which the runner takes no line for a workflow command.
# Everything that prints text from files or servers runs this way: otherwise a file with the name `::set-output name=...` sets an output,
# and `##[...]` counts anywhere in a line. The text cannot end this, because it does not know the token.
without_commands() {
  local token status=0
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d '[:space:]')
  if ! [[ $token =~ ^[0-9a-f]{32}$ ]]; then
    error "od cannot read random bytes from /dev/urandom"
    exit 1
  fi
  printf '::stop-commands::%s\n' "$token"
  "$@" 2>&1 || status=$?
  # The line feed, because a text may lack it at its end.
  printf '\n::%s::\n' "$token"
  return "$status"
}

# output NAME VALUE: sets an output of the step.
output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# native PATH: the path as all programs of this system understand it. Git Bash would print /d/a/_temp where others expect D:/a/_temp.
native() {
  if [ "$RUNNER_OS" = Windows ]; then cygpath -m "$1"; else printf '%s\n' "$1"; fi
}

# field KEY: its value in the action's Cargo.toml.
field() {
  sed -n "/^$1 = \"/{s/^$1 = \"\([^\"]*\)\".*/\1/p;q;}" "$GITHUB_ACTION_PATH/Cargo.toml"
}
