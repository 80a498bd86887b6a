# shellcheck shell=bash disable=SC2154 # variables of install.sh
# The nginx site and its password. A site of the owner's on 8081 or 8082 is never touched.

site_name=soft-stream.conf
site_available=/etc/nginx/sites-available/$site_name
site_enabled=/etc/nginx/sites-enabled/$site_name
snippets=(soft-stream-server.conf soft-stream-proxy.conf soft-stream-webcam.conf)
password_file=/etc/nginx/soft-stream.htpasswd

# Enabled files other than ours that listen on one of our ports.
owners_sites() {
  grep -lE '^[^#]*listen[^;]*\b(8081|8082)\b' /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf 2>/dev/null | grep -vx "$site_enabled" || true
}

# The first password file that these sites name.
passwords_of() {
  sed -n '/^[^#]*auth_basic_user_file/{s/.*auth_basic_user_file[[:space:]]\{1,\}\([^;]*\);.*/\1/p;q}' "$@"
}

site_with() { # ports and password file as they are on this machine
  sed -e "s|127\.0\.0\.1:18081|127.0.0.1:$(camera_port 0)|" -e "s|127\.0\.0\.1:18082|127.0.0.1:$(camera_port 1)|" \
    -e "s|/run/soft-stream-web|$socket_dir|" -e "s|$password_file|$2|" "$source_dir/deploy/nginx/$1"
}

install_nginx() {
  say 'nginx'
  if ! command -v nginx >/dev/null; then
    warn 'nginx is not installed: apt install nginx and run this again, or use the edge container (deploy/README.md)'
    return 0
  fi
  local theirs reused
  theirs=$(owners_sites)
  if [ -n "$theirs" ]; then
    suggest_to_owner "$theirs"
    return 0
  fi
  reused=$password_file
  install_password
  if [ ! -e "$reused" ] && [ -z "$password_for" ]; then
    warn "no password yet, so the site is not enabled: run this again with --password NAME"
    return 0
  fi
  local snippet
  for snippet in "${snippets[@]}"; do
    change "write /etc/nginx/snippets/$snippet" place_nginx "$snippet" "/etc/nginx/snippets/$snippet"
  done
  if [ -e "$site_available" ] && [ "$(checksum "$site_available")" != "$(recall site-written)" ]; then
    ok "$site_available was edited and is kept"
    if [ "$(recall site-template)" != "$(checksum "$source_dir/deploy/nginx/$site_name")" ]; then
      change "put the new one beside it: $site_available.new" place_nginx "$site_name" "$site_available.new"
    fi
  else
    change "write $site_available" place_site
  fi
  change "enable it and reload nginx" enable_site
}

place_nginx() {
  site_with "$1" "$password_file" >"$2"
  chmod 644 "$2"
}

place_site() {
  place_nginx "$site_name" "$site_available"
  remember site-written "$(checksum "$site_available")"
  remember site-template "$(checksum "$source_dir/deploy/nginx/$site_name")"
}

# nginx must never be left with a configuration that it cannot start with.
enable_site() {
  local was_there='' complaint
  [ ! -e "$site_enabled" ] || was_there=1
  ln -sfn "$site_available" "$site_enabled"
  if ! complaint=$(nginx -t 2>&1); then
    [ -n "$was_there" ] || rm -f "$site_enabled"
    printf '%s\n' "$complaint" >&2
    die 'nginx refuses the site; it was not enabled'
  fi
  reload_nginx
}

reload_nginx() {
  systemctl reload-or-restart nginx || nginx -s reload || warn 'nginx was not reloaded'
}

install_password() {
  if [ -e "$password_file" ]; then
    ok "$password_file is kept"
    [ -z "$password_for" ] || warn "another name or password: htpasswd -B $password_file $password_for"
  elif [ -n "$password_for" ]; then
    change "make $password_file with the password of $password_for" make_password
  fi
}

make_password() {
  command -v htpasswd >/dev/null || die 'htpasswd is missing: apt install apache2-utils'
  local line=''
  if [ -t 0 ]; then
    IFS= read -rsp "        password for $password_for: " line && printf '\n'
  else
    IFS= read -r line || true
  fi
  [ -n "$line" ] || die 'an empty password is none'
  (umask 027 && printf '%s\n' "$line" | htpasswd -niB "$password_for" | grep . >"$password_file.new")
  chgrp www-data "$password_file.new" 2>/dev/null || true
  mv "$password_file.new" "$password_file"
}

suggest_to_owner() {
  local theirs=$1 reused
  # shellcheck disable=SC2086
  reused=$(passwords_of $theirs)
  ok "$(printf '%s' "$theirs" | tr '\n' ' ') already listens on 8081 or 8082 and is left untouched"
  [ -z "$reused" ] || ok "its password file $reused stays in use"
  say '        suggested difference, yours (-) and ours (+), with the snippets in deploy/nginx:'
  # shellcheck disable=SC2086
  diff -u <(cat $theirs) <(site_with "$site_name" "${reused:-$password_file}"; site_with soft-stream-server.conf "${reused:-$password_file}") |
    sed 's/^/        /' || true
}

remove_nginx() {
  say 'nginx'
  local snippet
  if [ -e "$site_available" ] && [ "$(checksum "$site_available")" != "$(recall site-written)" ]; then
    change "disable the site; $site_available was edited and stays" rm -f "$site_enabled"
    return 0
  fi
  [ -e "$site_available" ] || [ -L "$site_enabled" ] || return 0
  change "remove the site and its snippets" rm -f "$site_enabled" "$site_available" "$site_available.new"
  for snippet in "${snippets[@]}"; do
    [ ! -e "/etc/nginx/snippets/$snippet" ] || change "remove /etc/nginx/snippets/$snippet" rm -f "/etc/nginx/snippets/$snippet"
  done
  [ -z "$(command -v nginx)" ] || change 'reload nginx' reload_nginx
  [ ! -e "$password_file" ] || [ -n "$purge" ] || ok "$password_file stays (--purge removes it)"
}
