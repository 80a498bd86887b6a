# shellcheck shell=bash disable=SC2154 # variables of install.sh
# Images, units and the udev rule.

units=(soft-stream-capture.service soft-stream-http.service soft-stream-camera-added.service)
unit_dir=/etc/systemd/system
rules=/etc/udev/rules.d/90-soft-stream.rules

compose() { (cd "$prefix" && docker compose "$@"); }

build_images() {
  say 'images'
  if [ -z "$build" ]; then
    ok 'the images that are there are used (--no-build)'
  else
    change 'build the images (minutes on a Pi the first time)' compose build
  fi
}

place_unit() {
  sed -e "s|/opt/soft-stream|$prefix|g" -e "s|/etc/camera-streamer|$config_dir|g" "$source_dir/systemd/$1" >"$unit_dir/$1"
  chmod 644 "$unit_dir/$1"
}

install_services() {
  say 'units'
  local unit
  for unit in "${units[@]}"; do
    change "write $unit_dir/$unit" place_unit "$unit"
  done
  change "write $rules" install -D -m 644 "$source_dir/systemd/90-soft-stream.rules" "$rules"
  change 'reload systemd' systemctl daemon-reload
  if command -v udevadm >/dev/null; then
    change 'reload the udev rules' udevadm control --reload || warn 'udev does not run here'
  fi
}

start_services() {
  say 'services'
  change 'enable soft-stream-capture and soft-stream-http' systemctl --quiet enable soft-stream-capture.service soft-stream-http.service
  local unit
  for unit in soft-stream-capture.service soft-stream-http.service; do
    change "start $unit anew" restart_unit "$unit"
  done
}

restart_unit() {
  systemctl reset-failed "$1" 2>/dev/null || true
  systemctl restart "$1"
}

# Port of camera N: from the settings, as systemd reads them, else the default.
camera_port() {
  local port
  port=$(sed -n "s/^[[:space:]]*cam$1_port=[\"']\{0,1\}\([0-9]*\).*/\1/p" "$env_file" 2>/dev/null | tail -n 1)
  printf '%s' "${port:-$((18081 + $1))}"
}

# A process of its own: docker's proxy accepts before the service is there, and writing to what it then closes is a SIGPIPE.
answers() { bash "$source_dir/deploy/http-healthcheck" "$1" >/dev/null 2>&1; }

say_addresses() {
  [ -z "$dry_run" ] || { say 'dry run: nothing was changed'; return 0; }
  local number port
  for _ in $(seq 30); do
    if answers "$(camera_port 0)" || answers "$(camera_port 1)"; then break; fi
    sleep 1
  done
  say 'installed'
  for number in 0 1; do
    port=$(camera_port "$number")
    if answers "$port"; then ok "cam$number answers on http://127.0.0.1:$port"; else warn "nothing answers on port $port: journalctl -u soft-stream-http"; fi
  done
  case $(systemctl is-active soft-stream-capture.service || true) in
    active) ok 'capture runs; look closer with: camctl doctor' ;;
    *) warn 'capture does not run: journalctl -u soft-stream-capture (66 = no configured camera is connected)' ;;
  esac
}

remove_services() {
  say 'services'
  local unit
  for unit in "${units[@]}"; do
    [ -e "$unit_dir/$unit" ] || continue
    change "stop and remove $unit" drop_unit "$unit"
  done
  [ ! -e "$rules" ] || change "remove $rules" rm -f "$rules"
  change 'reload systemd' systemctl daemon-reload
  if [ -e "$prefix/compose.yaml" ] && command -v docker >/dev/null; then
    change 'remove containers, volumes and network' compose --profile edge --progress quiet down --volumes --remove-orphans
    [ -z "$build" ] || change 'remove the images' remove_images
  fi
}

remove_images() {
  local title
  for title in capture-service http-service edge; do
    docker image ls --quiet --filter "label=org.opencontainers.image.title=soft-stream $title"
  done | sort -u | xargs -r docker image rm --force >/dev/null
}

drop_unit() {
  systemctl --quiet disable --now "$1" 2>/dev/null || systemctl stop "$1" || true
  systemctl reset-failed "$1" 2>/dev/null || true
  rm -f "$unit_dir/$1"
}
