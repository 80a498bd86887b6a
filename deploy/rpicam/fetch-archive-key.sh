#!/bin/sh
# Puts the signing key of Raspberry Pi's package archive into DIR, and nothing but the key with the pinned fingerprint.
# Usage: fetch-archive-key.sh DIR      (RPICAM=0, or another machine than arm64: DIR stays empty)
#
# The fingerprint is the one that Raspberry Pi publishes for "Raspberry Pi Archive Signing Key" (it is in their own
# image builder, RPi-Distro/pi-gen, and in its issue 862). The key is taken out of their keyring package and not from
# the loose raspberrypi.gpg.key beside it: that copy has only SHA-1 signatures, which apt on Debian 13 refuses since
# February 2026 (raspberrypi/rpi-image-gen issue 171).
set -eu

dir=$1
archive=${RPI_ARCHIVE:-https://archive.raspberrypi.com/debian}
package=${RPI_KEYRING_PACKAGE:-pool/main/r/raspberrypi-archive-keyring/raspberrypi-archive-keyring_2025.1+rpt1_all.deb}
fingerprint=${RPI_KEY_FINGERPRINT:-CF8A1AF502A2AA2D763BAE7E82B129927FA3303E}

mkdir -p "$dir"
[ "${RPICAM:-1}" = 1 ] || exit 0
[ "$(dpkg --print-architecture)" = "${RPI_ARCHITECTURE:-arm64}" ] || exit 0

apt-get update
apt-get install -y --no-install-recommends ca-certificates curl gpg gpg-agent
work=$(mktemp -d)
curl --fail --silent --show-error --location --retry 3 --output "$work/keyring.deb" "$archive/$package"
dpkg-deb --extract "$work/keyring.deb" "$work/keyring"
export GNUPGHOME="$work/gnupg"
install -d -m 700 "$GNUPGHOME"
find "$work/keyring/usr/share/keyrings" -type f -exec gpg --batch --quiet --import {} +
# Exports this key or nothing; other keys of the package stay behind.
gpg --batch --export "$fingerprint" >"$dir/raspberrypi-archive.gpg"
if [ ! -s "$dir/raspberrypi-archive.gpg" ]; then
  echo "$package holds no key with the fingerprint $fingerprint" >&2
  exit 1
fi
