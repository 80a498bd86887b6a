# shellcheck shell=bash disable=SC2154 # variables of install.sh
# Program files under the prefix, and the owner's settings, which are only ever added to.

# What the images are built from and the units need; tests and recordings stay where they are.
program_files=(LICENSE README.md package.json package-lock.json .npmrc .dockerignore tsconfig.base.json compose.yaml
  scripts shared capture-service http-service integration-tests/package.json deploy systemd)

copy_program() {
  local new=$prefix.new
  rm -rf "$new"
  install -d -m 755 "$new"
  (cd "$source_dir" && for name in "${program_files[@]}"; do [ ! -e "$name" ] || printf '%s\n' "$name"; done) |
    tar -C "$source_dir" -c --exclude=node_modules --exclude=dist --exclude='*.test.ts' --exclude=deploy/htpasswd -T - |
    tar -C "$new" -x --no-same-owner
  # The owner's own files in there move along.
  local own
  for own in .env compose.override.yaml deploy/htpasswd; do
    [ ! -e "$prefix/$own" ] || cp -p "$prefix/$own" "$new/$own"
  done
  rm -rf "$prefix.old"
  [ ! -d "$prefix" ] || mv "$prefix" "$prefix.old"
  mv "$new" "$prefix"
  rm -rf "$prefix.old"
}

# For compose, also when it is called by hand in the prefix.
write_compose_env() {
  cat >"$prefix/.env" <<ENV
# Written once by deploy/install.sh; yours from then on. The variables are explained in compose.yaml.
DEBIAN_RELEASE=$(host_release)
SOFT_STREAM_VIDEO_GID=$(video_gid)
SOFT_STREAM_ENV_FILE=$env_file
SOFT_STREAM_HTPASSWD=/etc/nginx/soft-stream.htpasswd
SOFT_STREAM_SOCKETS=$socket_dir
ENV
}

# For nginx on this host: http-service (user 1000) makes its sockets here, the folder's group may connect.
tmpfiles=/etc/tmpfiles.d/soft-stream.conf

make_socket_dir() {
  local group=www-data
  getent group "$group" >/dev/null || group=1000
  printf '%s\n' "# Soft Stream Cameras: http-service's sockets for nginx" "d $socket_dir 2750 1000 $group -" >"$tmpfiles"
  systemd-tmpfiles --create "$tmpfiles"
}

install_files() {
  say 'program files'
  if [ "$source_dir" = "$prefix" ]; then
    ok "already in $prefix"
  else
    change "copy the program to $prefix" copy_program
  fi
  if [ -e "$prefix/.env" ]; then
    ok "$prefix/.env is kept"
  else
    change "write $prefix/.env (release $(host_release), group video $(video_gid))" write_compose_env
  fi
  change "make $socket_dir, now and at every boot ($tmpfiles)" make_socket_dir
  change 'put camctl into /usr/local/bin' install_camctl
}

install_camctl() {
  sed "s|/opt/soft-stream|$prefix|g" "$source_dir/deploy/camctl" >/usr/local/bin/camctl
  chmod 755 /usr/local/bin/camctl
}

# As dpkg treats a conffile: the file that nobody touched since we wrote it follows the template.
install_settings() {
  say 'settings'
  local template=$source_dir/deploy/camera-soft-stream.env before
  before=$(recall settings-written)
  if [ ! -e "$env_file" ]; then
    change "write the settings template to $env_file" write_settings "$env_file"
  elif [ "$(checksum "$env_file")" = "$(checksum "$template")" ]; then
    ok "$env_file is the template"
  elif [ "$(checksum "$env_file")" = "$before" ]; then
    change "update $env_file, which is as it was installed" write_settings "$env_file"
  else
    ok "$env_file is yours and is kept"
    if [ "$(recall settings-template)" != "$(checksum "$template")" ]; then
      change "put the new template beside it: $env_file.new" write_settings "$env_file.new"
      say '        the difference between yours (-) and the template (+):'
      diff -u "$env_file" "$template" | sed 's/^/        /' || true
    fi
  fi
  if [ -e "$env_file" ] && ! others_can_read "$env_file"; then
    change "let the services read $env_file (mode 0644; it holds no secret)" chmod 644 "$env_file"
  fi
}

others_can_read() { [ $((0$(stat -c %a "$1") & 4)) -ne 0 ]; }

write_settings() {
  install -d -m 755 "$config_dir"
  install -m 644 "$source_dir/deploy/camera-soft-stream.env" "$1"
  remember settings-template "$(checksum "$source_dir/deploy/camera-soft-stream.env")"
  [ "$1" != "$env_file" ] || remember settings-written "$(checksum "$1")"
}

remove_files() {
  say 'files'
  [ ! -e /usr/local/bin/camctl ] || change 'remove /usr/local/bin/camctl' rm -f /usr/local/bin/camctl
  [ ! -e "$tmpfiles" ] || change "remove $tmpfiles and $socket_dir" rm -rf "$tmpfiles" "$socket_dir"
  if [ "$source_dir" = "$prefix" ]; then
    warn "$prefix is where this script runs from and stays"
  elif [ -d "$prefix" ]; then
    change "remove $prefix" rm -rf "$prefix" "$prefix.old" "$prefix.new"
  fi
  if [ -n "$purge" ]; then
    change "remove $env_file and the password file" rm -f "$env_file" "$env_file.new" /etc/nginx/soft-stream.htpasswd
    [ -n "$dry_run" ] || rmdir "$config_dir" 2>/dev/null || true
  elif [ -e "$env_file" ]; then
    ok "$env_file stays (--purge removes it)"
  fi
  [ ! -d "$state_dir" ] || change "remove $state_dir" rm -rf "$state_dir"
}
