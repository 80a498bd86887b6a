# shellcheck shell=bash disable=SC2154 # variables of install.sh
# The program that this one replaces ran one unit a camera. They are stopped and disabled, their files stay, and
# --uninstall gives the cameras back to them.

old_units=(camera-soft-cam0.service camera-soft-cam1.service)

take_cameras_over() {
  local unit found='' was
  for unit in "${old_units[@]}"; do
    systemctl cat "$unit" >/dev/null 2>&1 || continue
    [ -n "$found" ] || say 'the units that are replaced'
    found=1
    was="$(systemctl is-enabled "$unit" 2>/dev/null || true) $(systemctl is-active "$unit" 2>/dev/null || true)"
    case $was in
      'disabled inactive' | 'disabled failed') ok "$unit is stopped and disabled already" ;;
      *) change "stop and disable $unit (its file stays)" retire_unit "$unit" "$was" ;;
    esac
  done
}

retire_unit() {
  # The first run knows how it was; a second one must not forget it.
  [ -n "$(recall "took-over-$1")" ] || remember "took-over-$1" "$2"
  systemctl --quiet disable --now "$1"
}

give_cameras_back() {
  local unit was
  for unit in "${old_units[@]}"; do
    was=$(recall "took-over-$unit")
    [ -n "$was" ] || continue
    systemctl cat "$unit" >/dev/null 2>&1 || continue
    case $was in enabled*) change "enable $unit again" systemctl --quiet enable "$unit" ;; esac
    case $was in *' active') change "start $unit again" systemctl start "$unit" ;; esac
  done
}
