#!/bin/sh
# Installs rpicam-apps from Raspberry Pi's archive of the host's Debian release, trusted through the pinned key only.
# RPICAM=0, or another machine than arm64: does nothing. Not by Debian's own packages: trixie's libcamera does not
# know the Raspberry Pi 5, and rpicam-apps is not in Debian at all.
set -eu

key=/usr/share/keyrings/raspberrypi-archive.gpg
[ "${RPICAM:-1}" = 1 ] || { echo "camera stack left out (RPICAM=${RPICAM:-})"; exit 0; }
architecture=$(dpkg --print-architecture)
[ "$architecture" = "${RPI_ARCHITECTURE:-arm64}" ] || { echo "camera stack left out ($architecture)"; exit 0; }

# http: the signature protects it, and this image needs no CA bundle for it.
cat >/etc/apt/sources.list.d/raspberrypi.sources <<SOURCES
Types: deb
URIs: ${RPI_ARCHIVE:-http://archive.raspberrypi.com/debian}
Suites: ${DEBIAN_RELEASE}
Components: main
Signed-By: $key
SOURCES
apt-get update
# The lite packages: without preview windows and their X and EGL libraries, which a camera server never opens.
apt-get install -y --no-install-recommends rpicam-apps-lite libcamera-ipa
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
rpicam-vid --version
