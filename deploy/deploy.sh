#!/usr/bin/env bash
# Installs or updates from another machine: copies this checkout there and runs deploy/install.sh on it.
#
#   deploy/deploy.sh [user@]host [options of install.sh]       e.g.  deploy/deploy.sh pi@printer.local --dry-run
#
# Needs ssh and, on the other side, sudo. The copy stays in ~/.cache/soft-stream for the next update.
set -euo pipefail

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then
  sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
fi
host=$1
shift

cd "$(dirname "${BASH_SOURCE[0]}")/.."
there=.cache/soft-stream
files=(LICENSE README.md package.json package-lock.json .npmrc .dockerignore tsconfig.base.json compose.yaml
  scripts shared capture-service http-service integration-tests/package.json deploy systemd)
# The Debian packages that were made here, for --package on the other side.
for package in *.deb; do [ ! -e "$package" ] || files+=("$package"); done

echo "copying to $host:~/$there"
# shellcheck disable=SC2029
tar -c --exclude=node_modules --exclude=dist --exclude='*.test.ts' --exclude=deploy/htpasswd "${files[@]}" |
  ssh "$host" "rm -rf $there && mkdir -p $there && tar -x -C $there"

# -t only where there is a terminal: sudo may want to ask for a password.
terminal=()
[ ! -t 0 ] || terminal=(-t)
# shellcheck disable=SC2029
exec ssh ${terminal[@]+"${terminal[@]}"} "$host" "cd $there && sudo deploy/install.sh $(printf '%q ' "$@")"
