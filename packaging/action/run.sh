#!/usr/bin/env bash
# Runs ipfix once: annotations from stdout, job summary and SARIF log as reports. Outputs:
#   status      the exit status of ipfix
#   sarif-file  the absolute path of the SARIF log, if ipfix wrote one
# shellcheck source=packaging/action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# Wrong inputs have the status of wrong usage.
refuse() {
  output status 2
  error "$1"
  exit 2
}

# Without blanks at both ends. A workflow that was written on Windows may have a carriage return there.
trim() {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  text=${text%"${text##*[![:space:]]}"}
  printf '%s' "$text"
}

check_boolean() { # INPUT VALUE
  case $2 in
    true | false) ;;
    *) refuse "the input \`$1\` is \`$2\`; expected \`true\` or \`false\`" ;;
  esac
}

# Refuses options that would take the place of what the action itself asks for, or that do something other than checking.
check_option() {
  local letters
  case $1 in
    - | --files-from=-) refuse "\`$1\` in the input \`options\`: a step has no stdin; specify files" ;;
    --) refuse "\`--\` in the input \`options\`: list paths in the input \`paths\`" ;;
    --output-format | --output-format=* | --format | --format=*)
      refuse "\`$1\` in the input \`options\`: the action prints annotations; add other formats with \`--report FORMAT=FILE\`"
      ;;
    --output-file | --output-file=*) refuse "\`$1\` in the input \`options\`: the action prints annotations; write a file with \`--report FORMAT=FILE\`" ;;
    --check | --diff) refuse "\`$1\` in the input \`options\`: the action prints annotations; write the patch with \`--report diff=FILE\`" ;;
    --relative-to | --relative-to=*) refuse "\`$1\` in the input \`options\`: paths in reports are relative to the workspace" ;;
    --list-rules | --explain | --explain=* | --completions | --completions=* | --man | --help | --version)
      refuse "\`$1\` in the input \`options\`: it prints information and checks nothing"
      ;;
    --*) ;;
    -*)
      # Short options can share a hyphen. The value of -j ends them.
      letters=${1#-}
      while [ -n "$letters" ]; do
        case $letters in
          j*) break ;;
          o*) refuse "\`-o\` in the input \`options\`: the action prints annotations; write a file with \`--report FORMAT=FILE\`" ;;
          h* | V*) refuse "\`$1\` in the input \`options\`: it prints information and checks nothing" ;;
        esac
        letters=${letters#?}
      done
      ;;
  esac
}

# is_in DIRECTORY OTHER: whether a directory is another one or below it, through symlinks.
is_in() {
  local directory other
  directory=$(cd -P "$1" && pwd -P) && other=$(cd -P "$2" && pwd -P) || return 1
  case $directory/ in
    "${other%/}"/*) true ;;
    *) false ;;
  esac
}

# Sets the absolute path of the SARIF log. A pull request can commit a symlink in place of each directory of the path.
check_sarif_file() {
  local directory
  if [ "$RUNNER_OS" = Windows ]; then sarif=${sarif//\\//}; fi
  case $RUNNER_OS:$sarif in
    "$RUNNER_OS":/* | Windows:[A-Za-z]:*) ;;
    *) sarif=$(native "$PWD")/$sarif ;;
  esac
  directory=${sarif%/*}/
  case ${sarif##*/} in
    "" | . | ..) refuse "the input \`sarif-file\` is a directory; specify a file" ;;
  esac
  if ! [ -d "$directory" ]; then refuse "the directory of \`sarif-file\` does not exist: $directory"; fi
  if [ -d "$sarif" ] && ! [ -L "$sarif" ]; then refuse "the input \`sarif-file\` is a directory; specify a file"; fi
  if ! is_in "$directory" "$GITHUB_WORKSPACE" && ! is_in "$directory" "$RUNNER_TEMP"; then
    refuse "\`sarif-file\` is neither in the workspace nor in the runner's temporary directory: $directory"
  fi
}

check_boolean fail "$INPUT_FAIL"
check_boolean summary "$INPUT_SUMMARY"
sarif=$(trim "$INPUT_SARIF_FILE")
case $sarif in
  *[[:cntrl:]]*) refuse "the input \`sarif-file\` has several lines; specify one file" ;;
esac
if [ -n "$sarif" ]; then check_sarif_file; fi

scratch=$(mktemp -d "$(native "$RUNNER_TEMP")/ipfix-run-XXXXXX")
summary=$scratch/summary.md
log=$scratch/ipfix.sarif
stdout=$scratch/stdout

arguments=(--output-format github)
# The runner and GitHub resolve paths from the workspace.
if is_in . "$GITHUB_WORKSPACE"; then arguments+=(--relative-to "$GITHUB_WORKSPACE"); fi
if [ "$INPUT_SUMMARY" = true ]; then arguments+=(--report "markdown=$summary"); fi
if [ -n "$sarif" ]; then arguments+=(--report "sarif=$log"); fi
has_paths=false
while IFS= read -r line; do
  option=$(trim "$line")
  if [ -z "$option" ]; then continue; fi
  check_option "$option"
  case $option in
    --files-from | --files-from=*) has_paths=true ;;
  esac
  arguments+=("$option")
done <<<"$INPUT_OPTIONS"
arguments+=(--)
while IFS= read -r line; do
  path=$(trim "$line")
  case $path in
    "") continue ;;
    -) refuse "\`-\` in the input \`paths\`: a step has no stdin; a file of this name is \`./-\`" ;;
  esac
  has_paths=true
  arguments+=("$path")
done <<<"$INPUT_PATHS"
# An empty list is more likely a mistake in an expression than a wish to check everything.
if [ "$has_paths" = false ]; then refuse "the input \`paths\` is empty; specify files or directories, or \`.\`"; fi

# Git Bash would rewrite arguments such as --exclude=/modules (MSYS).
# shellcheck disable=SC2329 # called through without_commands
run_ipfix() {
  # Appended, because a report to /dev/stdout opens the file again.
  MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*' "$PROGRAM" "${arguments[@]}" </dev/null >>"$stdout"
}

# ipfix escapes its annotations for the runner, but not its messages on stderr, which name files.
status=0
without_commands run_ipfix || status=$?
output status "$status"
# Only annotations are commands. The rest is what `--report FORMAT=/dev/stdout` adds, with text from files. In the locale C, because sed
# on macOS stops at bytes that are not UTF-8.
readonly annotation='/^::(error|warning|notice) file=.*::/'
LC_ALL=C sed -E "${annotation}d" "$stdout" >"$stdout-reports"
if [ -s "$stdout-reports" ]; then without_commands cat "$stdout-reports"; fi
LC_ALL=C sed -n -E "${annotation}p" "$stdout"

# Not the empty file of a run that failed.
if [ -s "$log" ]; then
  # ipfix would write through a symlink.
  if ! { rm -f "$sarif" && cp "$log" "$sarif"; }; then
    error "the SARIF log cannot be written to $sarif"
    exit 2
  fi
  output sarif-file "$sarif"
fi
if [ -s "$summary" ] && ! cat "$summary" >>"$GITHUB_STEP_SUMMARY"; then
  error "the job summary cannot be written"
  exit 2
fi
if [ "$status" -eq 1 ] && [ "$INPUT_FAIL" = false ]; then status=0; fi
exit "$status"
