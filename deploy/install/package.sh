# shellcheck shell=bash disable=SC2154 # variables of install.sh
# The Debian package in the place of the containers, and the way back. Settings, password and the nginx site stay.

package_name=soft-stream-cameras

package_is_installed() { dpkg-query -W -f='${Status}' "$package_name" 2>/dev/null | grep -q 'ok installed'; }
containers_are_installed() { grep -qs '/docker ' "$unit_dir/soft-stream-capture.service"; }

# The newest package beside this script's checkout, of this machine's architecture.
package_file() {
  find "$source_dir" -maxdepth 1 -name "${package_name}_*_$(dpkg --print-architecture).deb" -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-
}

# What is there goes on; where both could be and somebody can answer, he is asked.
choose_way() {
  [ -z "$way" ] || return 0
  if package_is_installed; then
    way=package
  elif containers_are_installed || [ -z "$(package_file)" ]; then
    way=docker
  elif ! command -v docker >/dev/null; then
    way=package
  elif [ -t 0 ]; then
    local answer
    read -rp 'Debian package (p, less to load and to store) or containers (c)? [p] ' answer
    case $answer in c*) way=docker ;; *) way=package ;; esac
  else
    way=docker
    warn "containers, as nobody can be asked; --package takes $(package_file)"
  fi
}

check_package_machine() {
  say 'checking this machine'
  check_root
  command -v systemctl >/dev/null || die 'no systemctl here: the package needs systemd'
  package=$(realpath "${package:-$(package_file)}" 2>/dev/null || true)
  [ -n "$package" ] || die "no package here: npm ci && npm run package (Node.js 20), or copy ${package_name}_*_$(dpkg --print-architecture).deb to $source_dir"
  ok "package $(basename "$package")"
  local node
  node=$(dpkg-query -W -f='${Version}' nodejs 2>/dev/null || true)
  [ -n "$node" ] || node=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: //p')
  if dpkg --compare-versions "${node:-0}" ge 20.19 && dpkg --compare-versions "${node:-0}" lt '21~'; then
    ok "Node.js $node"
  else
    die "Node.js ${node:-is not known to apt (apt update)}: the package needs release 20. Debian 13 has it; on Debian 12 take it from NodeSource: https://github.com/nodesource/distributions"
  fi
  [ -d /run/udev ] || warn 'no /run/udev: libcamera will find no camera'
  command -v rpicam-vid >/dev/null || warn 'no rpicam-vid: apt install rpicam-apps (Raspberry Pi OS), for CSI cameras'
}

install_package() {
  if containers_are_installed; then
    remove_services
    change 'remove what only the containers needed' rm -f "$tmpfiles" /usr/local/bin/camctl
    change "forget $socket_dir of the containers" rm -rf "$socket_dir"
    ok "$prefix stays for the way back"
  fi
  say 'package'
  # A conffile of the owner's is kept, as everywhere here; dpkg puts the template beside it.
  change "install $(basename "$package")" apt_get install -o Dpkg::Options::=--force-confold "$package"
  say 'nginx'
  if [ -n "$password_for" ]; then
    change "put nginx with the password of $password_for in front" soft-stream-nginx --password "$password_for"
  fi
}

# apt's own user cannot read every folder that a package may lie in.
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o APT::Sandbox::User=root "$@"; }

# purge, so that a later one does not take the settings away from the containers.
leave_package() {
  package_is_installed || return 0
  say 'the package that is replaced'
  change "remove $package_name; settings and password stay" purge_but_keep
}

purge_but_keep() {
  local kept
  kept=$(mktemp -d)
  [ ! -e "$env_file" ] || cp -p "$env_file" "$kept/settings"
  [ ! -e "$password_file" ] || cp -p "$password_file" "$kept/passwords"
  apt_get purge "$package_name"
  install -d -m 755 "$config_dir"
  [ ! -e "$kept/settings" ] || cp -p "$kept/settings" "$env_file"
  [ ! -e "$kept/passwords" ] || cp -p "$kept/passwords" "$password_file"
  rm -rf "$kept"
}

remove_package() {
  say 'package'
  local verb=remove
  [ -z "$purge" ] || verb=purge
  change "$verb $package_name" apt_get "$verb" "$package_name"
}
