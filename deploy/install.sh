#!/usr/bin/env bash
# Installs, updates or removes Soft Stream Cameras on the machine with the cameras. Run as root; can be run again.
#
#   sudo deploy/install.sh [--package | --docker] [--dry-run] [--password NAME] [--no-build]
#   sudo deploy/install.sh --uninstall [--purge] [--dry-run]
#
#   --package [FILE.deb]  the Debian package; default: the one in this checkout (npm run package makes it)
#   --docker         the containers. With neither of them: what is installed; else asked, where both are possible
#   --dry-run        say what would be done, and do nothing
#   --password NAME  make the web password of NAME (asked for, or one line on stdin) if there is no password file yet
#   --no-build       use the images that are there; with --uninstall, leave them there
#   --uninstall      remove everything but the owner's settings and password, and give the cameras back to the
#                    units they were taken from;  --purge removes settings and password too
#   --prefix DIR     program files (/opt/soft-stream)
#   --config-dir DIR settings (/etc/camera-streamer)
#   --socket-dir DIR http-service's sockets for nginx (/run/soft-stream-web)
#
# What the owner edited is never overwritten: a newer template goes beside it and the difference is shown.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=/opt/soft-stream
config_dir=/etc/camera-streamer
socket_dir=/run/soft-stream-web
state_dir=/var/lib/soft-stream
way='' package='' dry_run='' password_for='' build=1 uninstall='' purge=''

usage() {
  sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

while [ $# -gt 0 ]; do
  case $1 in
    --package)
      way=package
      case ${2:-} in *.deb) package=$2 && shift ;; esac
      ;;
    --docker) way=docker ;;
    --dry-run) dry_run=1 ;;
    --password) password_for=${2:?--password needs a name} && shift ;;
    --no-build) build='' ;;
    --uninstall) uninstall=1 ;;
    --purge) purge=1 ;;
    --prefix) prefix=${2:?--prefix needs a folder} && shift ;;
    --config-dir) config_dir=${2:?--config-dir needs a folder} && shift ;;
    --socket-dir) socket_dir=${2:?--socket-dir needs a folder} && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
env_file=$config_dir/camera-soft-stream.env

# shellcheck source=install/say.sh
. "$source_dir/deploy/install/say.sh"
# shellcheck source=install/checks.sh
. "$source_dir/deploy/install/checks.sh"
# shellcheck source=install/files.sh
. "$source_dir/deploy/install/files.sh"
# shellcheck source=install/takeover.sh
. "$source_dir/deploy/install/takeover.sh"
# shellcheck source=install/nginx.sh
. "$source_dir/deploy/install/nginx.sh"
# shellcheck source=install/services.sh
. "$source_dir/deploy/install/services.sh"
# shellcheck source=install/package.sh
. "$source_dir/deploy/install/package.sh"

if [ -n "$uninstall" ]; then
  check_root
  ! package_is_installed || remove_package
  remove_services
  remove_nginx
  give_cameras_back
  remove_files
  say "removed${dry_run:+ (dry run: nothing was changed)}"
  exit 0
fi

choose_way
if [ "$way" = package ]; then
  check_package_machine
  install_package
  say_addresses
  exit 0
fi

check_machine
leave_package
install_files
install_settings
build_images
take_cameras_over
install_services
install_nginx
start_services
say_addresses
