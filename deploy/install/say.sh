# shellcheck shell=bash disable=SC2154 # variables of install.sh
# Telling and doing: every change goes through `change`, so that --dry-run can tell without doing.

say() { printf '%s\n' "$*"; }
ok() { printf '  ok    %s\n' "$*"; }
warn() { printf '  warn  %s\n' "$*"; }
die() {
  printf '  fail  %s\n' "$*" >&2
  exit 1
}

# change WHAT COMMAND...: one line about it, then the command, unless --dry-run.
change() {
  local what=$1
  shift
  if [ -n "${dry_run:-}" ]; then
    printf '  would %s\n' "$what"
  else
    printf '  now   %s\n' "$what"
    "$@"
  fi
}

# Remembered between runs: NAME is a file of the state folder.
remember() { install -d -m 755 "$state_dir" && printf '%s\n' "$2" >"$state_dir/$1"; }
recall() { cat "$state_dir/$1" 2>/dev/null || true; }

checksum() { sha256sum <"$1" | cut -d' ' -f1; }
