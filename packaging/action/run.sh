#!/usr/bin/env bash
# Runs ipfix once: annotations on stdout, job summary and SARIF log as reports. Outputs:
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

# Whether a directory is the workspace or below it, through symlinks.
is_in_workspace() {
  local workspace here
  workspace=$(cd "$GITHUB_WORKSPACE" && pwd -P)
  here=$(pwd -P)
  case $here/ in
    "$workspace"/*) true ;;
    *) false ;;
  esac
}

check_boolean fail "$INPUT_FAIL"
check_boolean summary "$INPUT_SUMMARY"
sarif=$(trim "$INPUT_SARIF_FILE")
case $sarif in
  *[[:cntrl:]]*) refuse "the input \`sarif-file\` has several lines; specify one file" ;;
esac

scratch=$(mktemp -d "$(native "$RUNNER_TEMP")/ipfix-run-XXXXXX")
summary=$scratch/summary.md
started=$scratch/started
: >"$started"

arguments=(--output-format github)
# The runner and GitHub resolve paths from the workspace.
if is_in_workspace; then arguments+=(--relative-to "$GITHUB_WORKSPACE"); fi
if [ "$INPUT_SUMMARY" = true ]; then arguments+=(--report "markdown=$summary"); fi
if [ -n "$sarif" ]; then arguments+=(--report "sarif=$sarif"); fi
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

# The runner turns the output into annotations. Git Bash would rewrite arguments such as --exclude=/modules (MSYS).
status=0
MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*' "$PROGRAM" "${arguments[@]}" </dev/null || status=$?
output status "$status"

# Not a file that an earlier run left there, nor the empty one of a run that failed.
if [ -n "$sarif" ] && [ -s "$sarif" ] && ! [ "$sarif" -ot "$started" ]; then
  case $sarif in
    /* | [A-Za-z]:*) output sarif-file "$sarif" ;;
    *) output sarif-file "$(native "$PWD/$sarif")" ;;
  esac
fi
if [ -s "$summary" ] && ! cat "$summary" >>"$GITHUB_STEP_SUMMARY"; then
  error "the job summary cannot be written"
  exit 2
fi
if [ "$status" -eq 1 ] && [ "$INPUT_FAIL" = false ]; then status=0; fi
exit "$status"
