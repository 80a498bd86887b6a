// install.sh, the units and the udev rule on a machine with a booted systemd and a real nginx: installed, installed
// again, updated over an owner's edits, living through exit codes, removed. One machine for all, used in turn.

import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { isLive, watch } from '../viewer/watch.ts';
import { docker, repositoryRoot, run } from './engine.ts';
import { bootMachine, type Machine } from './machine.ts';

const timeout = 120_000;
const CAPTURE = 'soft-stream-capture.service';
const HTTP = 'soft-stream-http.service';
const ADDED = 'soft-stream-camera-added.service';
const authorization = `Basic ${btoa('owner:a secret')}`;

let machine: Machine;
let install: string;
let settings: string;
let overrides: string;

before(
  async () => {
    machine = await bootMachine();
    const { folder } = machine;
    install = `${repositoryRoot}/deploy/install.sh --docker --no-build --prefix ${folder}/program --config-dir ${folder}/settings --socket-dir ${folder}/sockets`;
    settings = `${folder}/settings/camera-soft-stream.env`;
    overrides = `${folder}/program/compose.override.yaml`;
    await buildImages();
    await imitateTheReplacedProgram();
    // The owner's own choices, which were there before: the tests' images, a free pair of ports.
    const [port0, port1] = await freePorts(2);
    await mkdir(`${folder}/settings`);
    await writeFile(
      settings,
      `; the old program's file\ncam0_name="Printer #1"\ncam0_port=${port0}\ncam1_name='Printer $2'\ncam1_port=${port1}\n`,
    );
    await chmod(settings, 0o600);
    await mkdir(`${folder}/program`);
    await writeFile(
      `${folder}/program/.env`,
      `SOFT_STREAM_TAG=test\nSOFT_STREAM_ENV_FILE=${settings}\nSOFT_STREAM_SOCKETS=${folder}/sockets\n`,
    );
    await useRecordings();
  },
  { timeout: 600_000 },
);

after(
  async () => {
    await machine?.tryShell(`${install} --uninstall --purge`);
    await machine?.[Symbol.asyncDispose]();
  },
  { timeout },
);

describe('install.sh', () => {
  it('with --dry-run tells everything and changes nothing', { timeout }, async () => {
    const before = await fingerprint();
    const said = await machine.shell(`${install} --dry-run --password owner`);

    assert.match(said, /would copy the program/);
    assert.match(said, /would stop and disable camera-soft-cam0\.service/);
    assert.match(said, /would make .*htpasswd/);
    assert.match(said, /nothing was changed/);
    assert.equal(await fingerprint(), before);
  });

  it('installs, takes over from the old units and serves both cameras through nginx', { timeout }, async (t) => {
    const fromMs = performance.now();
    const said = await machine.shell(`echo 'a secret' | ${install} --password owner`);
    t.diagnostic(`installed in ${((performance.now() - fromMs) / 1000).toFixed(1)} s (images were there)`);

    assert.match(said, /is yours and is kept/);
    assert.match(said, /cam0 answers/);
    assert.match(said, /cam1 answers/);
    assert.equal(await machine.show('camera-soft-cam0', 'ActiveState'), 'inactive');
    assert.equal(await machine.show('camera-soft-cam1', 'UnitFileState'), 'disabled');
    assert.match(await machine.shell('cat /etc/nginx/soft-stream.htpasswd'), /^owner:\$2y\$/);
    for (const port of [8081, 8082]) {
      await using viewer = await watch(`http://127.0.0.1:${port}/stream.mjpg`, { headers: { authorization } });
      await viewer.next('a live frame', isLive);
    }
  });

  it('keeps the edited settings as they are and lays the template beside them', { timeout }, async () => {
    assert.match(await readFile(settings, 'utf8'), /^; the old program's file/);
    assert.equal(
      await readFile(`${settings}.new`, 'utf8'),
      await readFile(join(repositoryRoot, 'deploy/camera-soft-stream.env'), 'utf8'),
    );
    const status = (await (await fetch('http://127.0.0.1:8082/status', { headers: { authorization } })).json()) as {
      name: string;
    };
    assert.equal(status.name, 'Printer $2');
  });

  it('can be run again: password, settings and site stay, viewers come back', { timeout }, async () => {
    const password = await machine.shell('cat /etc/nginx/soft-stream.htpasswd');
    await rm(`${settings}.new`);
    const said = await machine.shell(`echo other | ${install} --password owner`);

    assert.match(said, /htpasswd is kept/);
    assert.doesNotMatch(said, /stop and disable camera-soft/);
    assert.equal(await machine.shell('cat /etc/nginx/soft-stream.htpasswd'), password);
    // The template has not changed since it was shown.
    assert.equal((await machine.tryShell(`test -e ${settings}.new`)).code, 1);
    await using viewer = await watch('http://127.0.0.1:8081/stream.mjpg', { headers: { authorization } });
    await viewer.next('a live frame', isLive);
  });

  it('puts a camctl on the host that talks to capture', { timeout }, async () => {
    const status = JSON.parse(await machine.shell('camctl status --json')) as { cameras: { camera: string }[] };
    assert.deepEqual(
      status.cameras.map((each) => each.camera),
      ['cam0', 'cam1'],
    );
    await machine.shell(
      'cd /tmp && camctl snapshot cam0 -o shot.jpg && head -c 3 shot.jpg | od -An -tx1 | grep "ff d8 ff"',
    );
    assert.equal((await machine.tryShell('camctl nonsense')).code, 2);
  });
});

describe('the units', () => {
  it('are units and a rule that systemd has nothing against', { timeout }, async () => {
    await machine.shell(`systemd-analyze verify /etc/systemd/system/soft-stream-*.service
      udevadm verify /etc/udev/rules.d/90-soft-stream.rules`);
  });

  it('log whole lines into the journal', { timeout }, async () => {
    const journal = await machine.shell(`journalctl --no-pager -u ${CAPTURE} -u ${HTTP}`);
    assert.match(journal, /capture-service ready/);
    assert.match(journal, /http-service listening/);
    assert.doesNotMatch(journal, /blob data/);
  });

  it('restart capture after kill -9, and http notices nothing', { timeout }, async (t) => {
    const http = await machine.show(HTTP, 'InvocationID');
    const fromMs = Date.now();
    await machine.shell('docker exec soft-stream-capture-1 sh -c "kill -9 -1" || true');
    await using viewer = await watch('http://127.0.0.1:8081/stream.mjpg', { headers: { authorization } });
    await viewer.next('a live frame again', (part) => isLive(part) && Number(part.timestamp) * 1000 > fromMs + 1000);
    t.diagnostic(`live again after ${((Date.now() - fromMs) / 1000).toFixed(1)} s (RestartSec is 2)`);
    assert.equal(await machine.show(HTTP, 'InvocationID'), http);
  });

  it('restart capture when it ends with 1', { timeout }, async () => {
    await overrideCapture('exit 1');
    await machine.shell(`systemctl restart ${CAPTURE}`);
    await waitFor('a second restart', async () => Number(await machine.show(CAPTURE, 'NRestarts')) >= 2, {
      timeoutMs: 40_000,
    });
  });

  it('leave capture stopped when no configured camera is there', { timeout }, async () => {
    await useNoCameras();
    await machine.shell(`systemctl reset-failed ${CAPTURE}; systemctl restart ${CAPTURE}`);
    await waitFor('capture to give up', async () => (await machine.show(CAPTURE, 'ActiveState')) === 'failed');

    assert.equal(await machine.show(CAPTURE, 'ExecMainStatus'), '66');
    assert.equal(await machine.show(CAPTURE, 'NRestarts'), '0');
    assert.equal(await machine.show(HTTP, 'ActiveState'), 'active');
    await using viewer = await watch('http://127.0.0.1:8081/stream.mjpg', { headers: { authorization } });
    await viewer.next('a placeholder that says so', (part) => part.kind !== 'live');
  });

  it('start capture again when a camera appears', { timeout }, async () => {
    await useRecordings();
    await machine.shell(`systemctl start ${ADDED}`);
    await waitFor('capture to run', async () => (await machine.show(CAPTURE, 'ActiveState')) === 'active');
    await using viewer = await watch('http://127.0.0.1:8081/stream.mjpg', { headers: { authorization } });
    await viewer.next('a live frame', isLive);
  });

  it('do not start what somebody has stopped, when a camera appears', { timeout }, async () => {
    await machine.shell(`systemctl stop ${CAPTURE}; systemctl start ${ADDED}`);
    assert.equal(await machine.show(CAPTURE, 'ActiveState'), 'inactive');
    assert.equal(await machine.show(CAPTURE, 'Result'), 'success');
  });

  it('start together without getting into each other’s way', { timeout }, async () => {
    for (const _ of [1, 2, 3]) {
      await machine.shell(`systemctl stop ${CAPTURE} ${HTTP}
        docker rm --force soft-stream-capture-1 soft-stream-http-1 >/dev/null; docker network rm soft-stream_web >/dev/null
        systemctl start ${CAPTURE} ${HTTP}`);
      assert.equal((await docker('network', 'ls', '-q', '-f', 'name=soft-stream_web')).split('\n').length, 1);
    }
    assert.equal(await machine.show(CAPTURE, 'ActiveState'), 'active');
    assert.equal(await machine.show(HTTP, 'NRestarts'), '0');
  });

  it('stop leaves nothing running and nothing in memory', { timeout }, async (t) => {
    const fromMs = performance.now();
    await machine.shell(`systemctl stop ${CAPTURE} ${HTTP}`);
    t.diagnostic(`stopped in ${((performance.now() - fromMs) / 1000).toFixed(1)} s`);

    assert.equal(await docker('ps', '-q', '--filter', 'label=com.docker.compose.project=soft-stream'), '');
    assert.equal((await machine.tryShell(`systemctl is-failed ${CAPTURE} ${HTTP}`)).said.trim(), 'inactive\ninactive');
    assert.equal(await run('sh', ['-c', 'grep -E "/soft-stream-(frames|run)-" /proc/mounts || true']), '');
    await machine.shell(`systemctl start ${CAPTURE} ${HTTP}`);
  });
});

describe('an owner who has a site on the ports already', () => {
  it('keeps it untouched, and is shown what would differ', { timeout }, async () => {
    await machine.shell(`rm /etc/nginx/sites-enabled/soft-stream.conf
      printf 'server { listen 8081; auth_basic x; auth_basic_user_file /etc/nginx/mine; }' > /etc/nginx/sites-enabled/mine
      echo 'owner:x' > /etc/nginx/mine; md5sum /etc/nginx/sites-enabled/mine > /tmp/mine.md5`);
    const said = await machine.shell(install);

    await machine.shell('md5sum -c /tmp/mine.md5');
    assert.match(said, /sites-enabled\/mine .*is left untouched/);
    assert.match(said, /password file \/etc\/nginx\/mine stays in use/);
    assert.match(said, /\+ +auth_basic_user_file \/etc\/nginx\/mine|auth_basic_user_file \/etc\/nginx\/mine/);
    assert.equal((await machine.tryShell('test -e /etc/nginx/sites-enabled/soft-stream.conf')).code, 1);
    await machine.shell('rm /etc/nginx/sites-enabled/mine /etc/nginx/mine');
  });
});

describe('deploy.sh', () => {
  it('copies the checkout to a host and installs there, with the options given', { timeout }, async () => {
    // ssh and sudo are the only stand-ins: the other machine is this one.
    await machine.shell(`mkdir -p /opt/bin /opt/home
      printf '#!/bin/sh\\nshift; cd /opt/home && HOME=/opt/home exec sh -c "$*"\\n' >/opt/bin/ssh; chmod 755 /opt/bin/ssh
      PATH=/opt/bin:$PATH ${repositoryRoot}/deploy/deploy.sh pi@printer.local --dry-run --no-build --prefix "/tmp/a b" >/tmp/deploy.log </dev/null`);
    const said = await machine.shell('cat /tmp/deploy.log');

    assert.match(said, /copying to pi@printer\.local/);
    assert.match(said, /would copy the program to \/tmp\/a b/);
    await machine.shell('test -x /opt/home/.cache/soft-stream/deploy/install.sh');
  });
});

describe('install.sh --uninstall', () => {
  it('removes what it brought, keeps what is the owner’s, and gives the cameras back', { timeout }, async () => {
    await machine.shell(`${install} --uninstall`);

    const left =
      await machine.shell(`ls /etc/systemd/system/soft-stream* /etc/udev/rules.d/90-soft* /usr/local/bin/camctl \\
      /etc/nginx/sites-*/soft-stream* /etc/nginx/snippets/soft-stream* /etc/tmpfiles.d/soft-stream.conf \\
      ${machine.folder}/program ${machine.folder}/sockets /var/lib/soft-stream 2>/dev/null || true`);
    assert.equal(left, '');
    assert.equal(await docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=soft-stream'), '');
    assert.equal(await docker('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=soft-stream'), '');
    assert.match(await readFile(settings, 'utf8'), /^; the old program's file/);
    await machine.shell('test -e /etc/nginx/soft-stream.htpasswd && nginx -t');
    assert.equal(await machine.show('camera-soft-cam0', 'ActiveState'), 'active');
    assert.equal(await machine.show('camera-soft-cam1', 'UnitFileState'), 'enabled');
  });
});

async function buildImages(): Promise<void> {
  const env = { ...process.env, SOFT_STREAM_TAG: 'test' };
  await run('docker', ['compose', '--progress', 'quiet', 'build', '--quiet'], { env });
}

async function imitateTheReplacedProgram(): Promise<void> {
  await machine.shell(`for n in 0 1; do
    printf '[Service]\\nExecStart=/usr/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/camera-soft-cam$n.service
    done; systemctl daemon-reload; systemctl --quiet enable --now camera-soft-cam0 camera-soft-cam1`);
}

/** compose.override.yaml in the program's folder is the owner's, and survives an update. */
async function writeOverrides(capture: object): Promise<void> {
  await writeFile(overrides, JSON.stringify({ services: { capture, http: { environment: RECORDED } } }));
}

const RECORDED = {
  cam0_driver: 'recorded',
  cam0_recording: '/recordings/cam0',
  cam1_driver: 'recorded',
  cam1_recording: '/recordings/cam1',
};
const recordings = `${repositoryRoot}/integration-tests/recordings:/recordings:ro`;

function useRecordings(): Promise<void> {
  return writeOverrides({ environment: RECORDED, volumes: [recordings] });
}

function overrideCapture(command: string): Promise<void> {
  return writeOverrides({ environment: RECORDED, volumes: [recordings], command: ['sh', '-c', command] });
}

/** rpicam-apps that are installed and list nothing: the real service has to come to 66 by itself. */
async function useNoCameras(): Promise<void> {
  const bin = `${machine.folder}/rpicam`;
  await mkdir(bin, { recursive: true });
  for (const name of ['rpicam-hello', 'rpicam-vid', 'rpicam-still']) {
    await writeFile(`${bin}/${name}`, "#!/bin/sh\necho 'No cameras available!'\n");
    await chmod(`${bin}/${name}`, 0o755);
  }
  await writeOverrides({
    environment: { PATH: '/rpicam:/usr/local/bin:/usr/bin:/bin' },
    volumes: [`${bin}:/rpicam:ro`],
  });
}

/** Everything that install.sh could have changed. */
function fingerprint(): Promise<string> {
  return machine.shell(`find /etc /usr/local /var/lib ${machine.folder} -xdev -type f ! -path '*/apt/*' ! -path '*/systemd/*' -newermt 2000-01-01 -exec md5sum {} + | sort
    find /etc/systemd /etc/udev /etc/nginx | sort; systemctl is-active camera-soft-cam0 soft-stream-http || true`);
}
