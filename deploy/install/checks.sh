# shellcheck shell=bash
# Looks before it leaps: what is missing is named together with what to do about it.

check_root() {
  [ "$(id -u)" = 0 ] && return
  [ -n "${dry_run:-}" ] || die "run it as root: sudo $0"
  warn 'not root: a dry run sees less this way'
}

# Which Debian: the images must be of the same release, since rpicam-apps has to match kernel and firmware.
host_release() {
  (. /etc/os-release && printf '%s' "${VERSION_CODENAME:-trixie}")
}

video_gid() {
  local gid
  gid=$(getent group video | cut -d: -f3)
  printf '%s' "${gid:-44}"
}

# Listening TCP sockets on PORT of anybody else than docker's proxy or nginx.
stranger_on_port() {
  command -v ss >/dev/null || return 1
  ss -Hltnp "sport = :$1" 2>/dev/null | grep -v -e docker-proxy -e '"nginx"' | grep -o 'users:(("[^"]*' | cut -d'"' -f2 | sort -u | grep .
}

check_machine() {
  say 'checking this machine'
  check_root
  command -v docker >/dev/null || die 'docker is not installed: apt install docker.io docker-compose docker-buildx (Debian 13)'
  docker info >/dev/null 2>&1 || die 'the docker engine does not answer: systemctl start docker'
  ok "docker engine $(docker version --format '{{.Server.Version}}')"
  docker compose version >/dev/null 2>&1 || die 'docker has no compose plugin: apt install docker-compose (Debian 13) or docker-compose-plugin'
  ok "compose $(docker compose version --short)"
  command -v systemctl >/dev/null || die 'no systemctl here: without systemd, run docker compose up -d by hand'

  ok "Debian release $(host_release), $(uname -m)"
  [ "$(uname -m)" = aarch64 ] || warn 'not arm64: the capture image is built without the camera stack'
  if getent group video >/dev/null; then ok "group video is $(video_gid)"; else warn 'no group video here: 44 is assumed'; fi
  check_device_nodes
  if [[ $(docker info 2>&1) == *'No memory limit support'* ]]; then
    warn 'memory limits are off in this kernel: add cgroup_enable=memory to /boot/firmware/cmdline.txt and reboot'
  else
    ok 'memory limits work'
  fi
  local free_mb
  free_mb=$({ df -Pm "$(docker info --format '{{.DockerRootDir}}')" 2>/dev/null || true; } | awk 'NR==2 {print $4}')
  if [ -z "$free_mb" ]; then
    warn 'the space left for images is not known'
  elif [ "$free_mb" -ge 2000 ]; then
    ok "$free_mb MB free for images"
  else
    warn "only $free_mb MB free for images: about 2000 are needed to build"
  fi
  local port who
  for port in 8081 8082 18081 18082; do
    who=$(stranger_on_port "$port") || continue
    warn "port $port is held by $who (fine if that is what will be replaced)"
  done
}

check_device_nodes() {
  local heap=/dev/dma_heap/linux,cma
  if ls /dev/v4l-subdev* >/dev/null 2>&1; then
    ok 'camera subdevices are there'
  else
    warn 'no /dev/v4l-subdev*: no camera is connected or enabled'
  fi
  [ -d /run/udev ] || warn 'no /run/udev: libcamera will find no camera'
  [ -e "$heap" ] || return 0
  if [ "$(stat -c %G "$heap")" = video ]; then
    ok "$heap belongs to group video"
  else
    warn "$heap does not belong to group video; a udev rule is missing: SUBSYSTEM==\"dma_heap\", GROUP=\"video\", MODE=\"0660\""
  fi
}
