// The Debian package on a machine with a booted systemd: built twice, installed by apt beside settings and units that were
// there before, living through faults and an update under viewers, attacked from inside, removed, purged.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IMX219, IMX708 } from '../rpicam-standins/create-world.ts';
import { writeWorld } from '../rpicam-standins/world.ts';
import { isLive, type Viewer, watch } from '../viewer/watch.ts';
import { repositoryRoot, run } from './engine.ts';
import { bootMachine, type Machine } from './machine.ts';
import { ATTACKS_ON_CAPTURE, ATTACKS_ON_HTTP } from './package-attacks.ts';

const timeout = 180_000;
const CAPTURE = 'soft-stream-capture.service';
const HTTP = 'soft-stream-http.service';
const SOCKET = 'soft-stream-http.socket';
const SETTINGS = '/etc/camera-streamer/camera-soft-stream.env';
/** Recordings and stand-ins, where the sandboxes let them be seen. */
const SRV = '/srv/soft-stream-test';

let machine: Machine;
let built: string;
let deb: string;
let ports: readonly [number, number];
let filesBefore: string;

before(
  async () => {
    built = await mkdtemp(join(tmpdir(), 'soft-stream-package-'));
    deb = await build(built, {});
    machine = await bootMachine();
    const [port0 = 0, port1 = 0] = await freePorts(2);
    ports = [port0, port1];
    await machine.shell(`apt-get -qq update
      mkdir -p ${SRV}/node_modules/@soft-stream && cp -r ${repositoryRoot}/integration-tests/bin ${repositoryRoot}/integration-tests/dist \\
        ${repositoryRoot}/integration-tests/recordings ${repositoryRoot}/integration-tests/package.json ${SRV}
      ln -s /usr/lib/soft-stream-cameras/shared ${SRV}/node_modules/@soft-stream/shared
      for n in 0 1; do
        printf '[Service]\\nExecStart=/usr/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/camera-soft-cam$n.service
      done; systemctl daemon-reload; systemctl --quiet enable --now camera-soft-cam0 camera-soft-cam1
      mkdir -p /etc/camera-streamer`);
    await writeSettings(recorded());
    // What apt brings along is not ours to count.
    await machine.shell(
      'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs >/dev/null 2>&1',
    );
    filesBefore = await files();
  },
  { timeout: 600_000 },
);

after(
  async () => {
    await machine?.[Symbol.asyncDispose]();
    if (built) await rm(built, { recursive: true, force: true });
  },
  { timeout },
);

describe('npm run package', () => {
  it('gives the same bytes again, elsewhere and at another time', { timeout }, async () => {
    const other = await mkdtemp(join(tmpdir(), 'soft-stream-package-again-'));
    const temporary = join(other, 'tmp');
    await mkdir(temporary);
    try {
      const again = await build(other, { TMPDIR: temporary, TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }, 'umask 077;');
      assert.ok((await readFile(again)).equals(await readFile(deb)), 'the bytes differ');
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('makes a package in which lintian finds no error', { timeout }, async () => {
    const said = await run('lintian', ['--allow-root', '--fail-on', 'none', '--tag-display-limit', '0', deb]);
    assert.deepEqual(said.match(/^E: .*$/gm) ?? [], []);
  });

  it('packs nothing of the tests, no types, no source of the addon, and one architecture', { timeout }, async () => {
    const names = await run('dpkg-deb', ['--contents', deb]);

    assert.doesNotMatch(
      names,
      /\.test\.js|\.d\.ts|\.map$|\/typescript\/|\/nan\/|shm-typed-array\/src|integration-tests/m,
    );
    assert.equal(names.match(/\/sharp-libvips-[^/]*\/$/gm)?.length, 1);
  });
});

describe('apt install', () => {
  it('brings both cameras up on the settings that were there', { timeout }, async (t) => {
    const fromMs = performance.now();
    const said = await install(deb);
    await using viewer = await watch(url(0));
    await viewer.next('the first live frame', isLive);
    const seconds = (performance.now() - fromMs) / 1000;
    const [fetched, installed] = (
      await run('sh', ['-c', `stat -c %s ${deb}; dpkg-deb -f ${deb} Installed-Size`])
    ).split('\n');
    t.diagnostic(
      `first live picture ${seconds.toFixed(1)} s after apt install; ${(Number(fetched) / 1e6).toFixed(1)} MB fetched, ` +
        `${(Number(installed) / 1024).toFixed(1)} MiB installed (Node.js was there)`,
    );

    assert.match(said, /stop and disable camera-soft-cam0/);
    assert.equal(await machine.show('camera-soft-cam1', 'ActiveState'), 'inactive');
    await using other = await watch(url(1));
    await other.next('a live frame of cam1', isLive);
    const status = (await (await fetch(url(0, '/status'))).json()) as { name: string };
    assert.equal(status.name, 'Printer #1');
  });

  it('answers snapshots, and on the unix sockets for nginx', { timeout }, async () => {
    const snapshot = await fetch(url(1, '/snapshot.jpg?width=320'));
    assert.equal(snapshot.headers.get('content-type'), 'image/jpeg');
    await snapshot.arrayBuffer();
    await machine.shell(
      'setpriv --reuid www-data --regid www-data --clear-groups curl -sf --unix-socket /run/soft-stream-web/cam0.sock http://localhost/status',
    );
  });

  it('puts camctl on PATH: for root, with completion and a page', { timeout }, async () => {
    const status = JSON.parse(await machine.shell('camctl status --json')) as { cameras: { camera: string }[] };
    assert.deepEqual(
      status.cameras.map((each) => each.camera),
      ['cam0', 'cam1'],
    );
    await machine.shell(
      'camctl snapshot cam0 -o /tmp/shot.jpg && head -c 3 /tmp/shot.jpg | od -An -tx1 | grep "ff d8 ff"',
    );
    assert.equal((await machine.tryShell('camctl nonsense')).code, 2);
    const refused = await machine.tryShell('setpriv --reuid nobody --clear-groups camctl status');
    assert.equal(refused.code, 69);
    assert.match(refused.said, /sudo camctl status/);
    const completed = await machine.shell(`bash -c '. /usr/share/bash-completion/completions/camctl
      COMP_WORDS=(camctl st) COMP_CWORD=1; _camctl; echo "\${COMPREPLY[@]}"'`);
    assert.equal(completed, 'status start stop');
    await machine.shell('dpkg -L soft-stream-cameras | grep -q man1/camctl.1.gz');
  });
});

describe('the units', () => {
  it('are units that systemd has nothing against, with exposures of at most 1.5 and 3.0', { timeout }, async (t) => {
    await machine.shell(`systemd-analyze verify --generators=yes --man=no /usr/lib/systemd/system/soft-stream-*
      udevadm verify /usr/lib/udev/rules.d/90-soft-stream.rules`);
    for (const [unit, most] of [
      [HTTP, 1.5],
      [CAPTURE, 3],
    ] as const) {
      const said = await machine.shell(`systemd-analyze security --no-pager ${unit}`);
      const exposure = Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
      t.diagnostic(`${unit}: exposure ${exposure}`);
      assert.ok(exposure <= most, said);
    }
  });

  it('show state and viewers in systemctl status', { timeout }, async () => {
    await using viewer = await watch(url(0));
    await viewer.next('a live frame', isLive);

    await waitFor('both to say so', async () => {
      const said = await machine.shell(`systemctl status ${CAPTURE} ${HTTP}`);
      return said.match(/Status: "cam0 streaming, 1 viewer; cam1 \w+, 0 viewers"/g)?.length === 2;
    });
  });

  it('restart capture after kill -9 while its viewers stay connected', { timeout }, async (t) => {
    await using viewer = await watch(url(0));
    await viewer.next('a live frame', isLive);
    const fromMs = Date.now();
    await machine.shell(`systemctl kill --signal KILL ${CAPTURE}`);
    await viewer.next('a live frame again', (part) => isLive(part) && Number(part.timestamp) * 1000 > fromMs + 1000);
    t.diagnostic(`live again after ${((Date.now() - fromMs) / 1000).toFixed(1)} s (RestartSec is 2)`);
    assert.equal(viewer.isClosed, false);
  });

  it('restart http after kill -9, and who connects meanwhile is served', { timeout }, async (t) => {
    const capture = await machine.show(CAPTURE, 'InvocationID');
    const fromMs = Date.now();
    await machine.shell(`systemctl kill --signal KILL ${HTTP}`);
    await using viewer = await watch(url(0));
    await viewer.next('a live frame', isLive);
    t.diagnostic(`live for who connected at once after ${((Date.now() - fromMs) / 1000).toFixed(1)} s`);
    assert.equal(await machine.show(CAPTURE, 'InvocationID'), capture);
  });

  it('restart a service that hangs', { timeout }, async () => {
    await dropIn(HTTP, 'WatchdogSec=2\nRestartSec=100ms');
    await machine.shell(`systemctl restart ${HTTP}`);
    const hung = await machine.show(HTTP, 'MainPID');
    await machine.shell(`kill -STOP ${hung}`);
    await waitFor('another one', async () => {
      const [pid, state] = [await machine.show(HTTP, 'MainPID'), await machine.show(HTTP, 'ActiveState')];
      return state === 'active' && pid !== hung;
    });
    assert.equal((await fetch(url(0, '/healthz'))).status, 200);
    await noDropIns();
  });

  it('leave capture stopped with 66 when no camera is there, and start it when one appears', { timeout }, async () => {
    await useStandins({ connected: false });
    await machine.tryShell(`systemctl restart ${CAPTURE}`);
    await waitFor('capture to give up', async () => (await machine.show(CAPTURE, 'ActiveState')) === 'failed');
    assert.equal(await machine.show(CAPTURE, 'ExecMainStatus'), '66');
    assert.equal(await machine.show(HTTP, 'ActiveState'), 'active');

    await useStandins({ connected: true });
    await machine.shell('systemctl start soft-stream-camera-added.service');
    await waitFor('capture to run', async () => (await machine.show(CAPTURE, 'ActiveState')) === 'active');
  });

  it('let the camera programs run in the sandbox: stream, focus, still', { timeout }, async () => {
    await machine.shell(`systemctl restart ${HTTP}`);
    await using viewer = await watch(url(1));
    await viewer.next('a live frame of the stand-in', isLive);
    await viewer.leave();
    await machine.shell(
      'camctl autofocus cam1 && camctl stop cam0 && camctl auto cam0 && camctl snapshot cam0 -o /tmp/still.jpg',
    );
    assert.match(await machine.shell('camctl cameras'), /cam\d_id=.*imx708/);
  });

  it('end with 78 for a wrong setting, which the log names', { timeout }, async () => {
    await writeSettings(`${recorded()}cam0_fps=fast\n`);
    await machine.tryShell(`systemctl restart ${CAPTURE}`);
    assert.equal(await machine.show(CAPTURE, 'ExecMainStatus'), '78');
    assert.match(await machine.shell(`journalctl --no-pager -n 20 -u ${CAPTURE}`), /cam0_fps/);
    await writeSettings(recorded());
    await noDropIns();
    await machine.shell(`systemctl reset-failed ${CAPTURE}; systemctl restart ${CAPTURE} ${HTTP}`);
  });

  it('serve a changed port at once, and from the socket after a daemon-reload', { timeout }, async () => {
    const [other = 0] = await freePorts(1);
    await writeSettings(recorded([other, ports[1]]));
    await machine.shell(`systemctl restart ${HTTP}`);
    assert.equal((await fetch(`http://127.0.0.1:${other}/healthz`)).status, 200);
    assert.match(
      await machine.shell(`journalctl --no-pager -n 20 -u ${HTTP}`),
      new RegExp(`127.0.0.1:${ports[0]}.*daemon-reload`),
    );

    await machine.shell(`systemctl daemon-reload; systemctl restart ${SOCKET} ${HTTP}`);
    assert.match(await machine.show(SOCKET, 'Listen'), new RegExp(`:${other} `));
    assert.equal((await fetch(`http://127.0.0.1:${other}/healthz`)).status, 200);
    await writeSettings(recorded());
    await machine.shell(`systemctl daemon-reload; systemctl restart ${SOCKET} ${HTTP}`);
  });
});

describe('what a taken-over service can do', () => {
  it('http: not alter a frame, see a device, another service, a password or the world', { timeout }, async () => {
    await using viewer = await watch(url(0));
    await viewer.next('a live frame', isLive);
    const refused = await attack(HTTP, ATTACKS_ON_HTTP);

    for (const [attempt, code] of Object.entries(refused)) {
      assert.match(code, /^(EROFS|EACCES|EPERM|ENOENT|ENXIO|MODULE_NOT_FOUND)$/, `${attempt}: ${code}`);
    }
    assert.ok(Object.keys(refused).length >= 20, JSON.stringify(refused));
    await viewer.next('live frames all the same', isLive);
  });

  it('capture: no network, no capability, nothing to write but frames and sockets', { timeout }, async () => {
    const refused = await attack(CAPTURE, ATTACKS_ON_CAPTURE);

    assert.equal(refused['interfaces'], 'lo');
    assert.match(refused['capabilities'] ?? '', /^0{16} 0{16} 1$/);
    const { interfaces: _, capabilities: __, ...attempts } = refused;
    for (const [attempt, code] of Object.entries(attempts)) {
      assert.match(code, /^(EROFS|EACCES|EPERM|ENOENT|ENETUNREACH|EAFNOSUPPORT)$/, `${attempt}: ${code}`);
    }
  });
});

describe('an update', () => {
  it('refuses no connection, and viewers are back', { timeout }, async (t) => {
    const newer = await newVersion('1.0.1');
    const viewers: Viewer[] = [await watch(url(0)), await watch(url(1))];
    await Promise.all(viewers.map((viewer) => viewer.next('a live frame', isLive)));
    const before = [await machine.show(HTTP, 'MainPID'), await machine.show(CAPTURE, 'MainPID')];
    const hammer = startHammer(ports[0]);
    const returning = followViewer();
    try {
      await install(newer);
      await waitFor('both to be new', async () => {
        const now = [await machine.show(HTTP, 'MainPID'), await machine.show(CAPTURE, 'MainPID')];
        return now.every((pid, at) => pid !== '0' && pid !== before[at]);
      });
      await returning.untilLive();
    } finally {
      await Promise.all([hammer.stop(), returning.stop(), ...viewers.map((viewer) => viewer.leave())]);
    }
    const { attempts, failures } = hammer;
    t.diagnostic(
      `${attempts()} connections during the update, ${failures.length} refused; longest gap of a viewer who comes back ` +
        `${(returning.longestMs() / 1000).toFixed(1)} s`,
    );

    assert.deepEqual(failures, []);
    assert.match(await machine.shell('dpkg-query -W soft-stream-cameras'), /1\.0\.1/);
    await using again = await watch(url(1));
    await again.next('a live frame', isLive);
  });

  it('keeps the edited settings, and asks where somebody can answer', { timeout }, async () => {
    assert.equal(await machine.shell(`cat ${SETTINGS}`), recorded().trim());
    assert.match(await machine.shell(`cat ${SETTINGS}.dpkg-dist`), /a newer template/);

    const newer = await newVersion('1.0.2');
    const asked = await machine.tryShell(`dpkg -i ${newer} </dev/null`);
    assert.match(asked.said, /camera-soft-stream\.env/);
    assert.match(asked.said, /end of file on stdin at conffile prompt/);
    await install(newer);
  });
});

describe('nginx with a password', () => {
  it('comes with soft-stream-nginx, over the unix sockets', { timeout }, async () => {
    await machine.shell("echo 'a secret' | soft-stream-nginx --password owner");
    const headers = { authorization: `Basic ${btoa('owner:a secret')}` };

    assert.equal((await fetch('http://127.0.0.1:8081/status')).status, 401);
    await using viewer = await watch('http://127.0.0.1:8082/stream.mjpg', { headers });
    await viewer.next('a live frame', isLive);
  });
});

describe('apt remove', () => {
  it('keeps settings and password, and gives the cameras back', { timeout }, async () => {
    await machine.shell('apt-get remove -y -qq soft-stream-cameras');

    assert.equal(await machine.shell(`cat ${SETTINGS}`), recorded().trim());
    await machine.shell('test -e /etc/nginx/soft-stream.htpasswd && nginx -t');
    assert.equal(await machine.show('camera-soft-cam0', 'ActiveState'), 'active');
    assert.equal(await machine.show('camera-soft-cam1', 'UnitFileState'), 'enabled');
    assert.equal(await machine.shell('ls /run /dev/shm | grep soft-stream || true'), '');
  });

  it('and then purge leave no file, no user, no process and no unit', { timeout }, async () => {
    await machine.shell(`apt-get purge -y -qq soft-stream-cameras; rm -f ${SETTINGS}.dpkg-dist`);
    const left = (await files()).split('\n').filter((line) => !filesBefore.split('\n').includes(line));

    assert.deepEqual(left, []);
    assert.equal(
      await machine.shell('getent passwd | grep soft-stream || true; getent group | grep soft-stream || true'),
      '',
    );
    assert.equal(await machine.shell("ps -eo args | grep '[s]oft-stream-cameras' || true"), '');
    assert.equal(await machine.shell('systemctl list-units --all --plain --no-legend "soft-stream*"'), '');
  });
});

describe('from the containers to the package and back', () => {
  const headers = { authorization: `Basic ${btoa('owner:a secret')}` };
  let installer: string;

  before(
    async () => {
      await run('docker', ['compose', '--progress', 'quiet', 'build', '--quiet'], {
        env: { ...process.env, SOFT_STREAM_TAG: 'test' },
      });
      const { folder } = machine;
      installer = `${repositoryRoot}/deploy/install.sh --no-build --prefix ${folder}/program --config-dir ${folder}/settings.d --socket-dir ${folder}/sockets`;
      // The engine is outside and mounts folders by their names there; the package has its settings in /etc.
      await machine.shell(`mkdir -p ${folder}/settings.d ${folder}/program /etc/camera-streamer
        mount --bind ${folder}/settings.d /etc/camera-streamer
        mkdir -p ${SRV} && cp -r ${repositoryRoot}/integration-tests/recordings ${SRV}`);
      await writeSettings(recorded());
      await writeFile(
        `${folder}/program/.env`,
        `SOFT_STREAM_TAG=test\nSOFT_STREAM_ENV_FILE=${folder}/settings.d/camera-soft-stream.env\nSOFT_STREAM_SOCKETS=${folder}/sockets\n`,
      );
      const volumes = [`${repositoryRoot}/integration-tests/recordings:${SRV}/recordings:ro`];
      await writeFile(
        `${folder}/program/compose.override.yaml`,
        JSON.stringify({ services: { capture: { volumes } } }),
      );
    },
    { timeout: 600_000 },
  );

  after(async () => void (await machine.tryShell(`${installer} --uninstall --purge; umount /etc/camera-streamer`)), {
    timeout,
  });

  const isServed = async () => {
    await using viewer = await watch('http://127.0.0.1:8081/stream.mjpg', { headers });
    await viewer.next('a live frame', isLive);
    const status = (await (await fetch('http://127.0.0.1:8081/status', { headers })).json()) as { name: string };
    assert.equal(status.name, 'Printer #1');
    assert.equal(await machine.shell(`cat ${SETTINGS}`), recorded().trim());
  };

  it('serves from containers first', { timeout }, async () => {
    await machine.shell(`echo 'a secret' | ${installer} --docker --password owner`);
    await isServed();
  });

  it('moves to the package with settings, password and site', { timeout }, async () => {
    const local = join(machine.folder, basename(deb));
    const said = await machine.shell(`${installer} --package ${local} 2>&1`);

    assert.match(said, /cam0 answers/);
    assert.equal(await machine.show(CAPTURE, 'FragmentPath'), `/usr/lib/systemd/system/${CAPTURE}`);
    assert.equal(await run('docker', ['ps', '-aq', '--filter', 'label=com.docker.compose.project=soft-stream']), '');
    await isServed();
  });

  it('stays with the package when it is run again without a word', { timeout }, async () => {
    assert.match(await machine.shell(`${installer} --dry-run 2>&1 || true`), /package/);
  });

  it('moves back to the containers with the same', { timeout }, async () => {
    await machine.shell(`${installer} --docker`);

    assert.equal((await machine.tryShell('dpkg-query -W soft-stream-cameras')).code, 1);
    assert.equal(await machine.show(CAPTURE, 'FragmentPath'), `/etc/systemd/system/${CAPTURE}`);
    await isServed();
  });
});

/** What `npm run package` runs, once it has compiled. @returns the package's path on this machine */
async function build(folder: string, env: Readonly<Record<string, string>>, shell = ''): Promise<string> {
  const script = `${shell} exec ${repositoryRoot}/deploy/package/build ${folder}`;
  return await run('bash', ['-c', script], { env: { ...process.env, ...env } });
}

/** As apt does it for who keeps what he edited. */
async function install(path: string): Promise<string> {
  const local = join(machine.folder, basename(path));
  if (local !== path) await run('cp', [path, local]);
  return await machine.shell(`chmod 644 ${local}
    DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dpkg::Options::=--force-confold --no-install-recommends ${local} 2>&1`);
}

/** The same package as a later version with another template. @returns its path, the same here and in the machine */
async function newVersion(version: string): Promise<string> {
  const tree = join(built, `tree-${version}`);
  const path = join(machine.folder, `soft-stream-cameras_${version}.deb`);
  await run('bash', [
    '-ec',
    `dpkg-deb -R ${deb} ${tree}; sed -i 's/^Version: .*/Version: ${version}/' ${tree}/DEBIAN/control
     echo '# a newer template ${version}' >>${tree}/etc/camera-streamer/camera-soft-stream.env
     dpkg-deb --root-owner-group -Znone --build ${tree} ${path} >/dev/null; chmod 644 ${path}`,
  ]);
  return path;
}

function recorded([port0, port1]: readonly [number, number] = ports): string {
  return `; the old program's file
cam0_name="Printer #1"
cam0_driver=recorded
cam0_recording=${SRV}/recordings/cam0
cam0_port=${port0}
cam1_driver=recorded
cam1_recording=${SRV}/recordings/cam1
cam1_port='${port1}'
`;
}

async function writeSettings(text: string): Promise<void> {
  await writeFile(join(machine.folder, 'settings'), text);
  await machine.shell(`cp ${machine.folder}/settings ${SETTINGS}; chmod 644 ${SETTINGS}`);
}

async function dropIn(unit: string, lines: string): Promise<void> {
  await writeFile(join(machine.folder, 'drop-in'), `[Service]\n${lines}\n`);
  await machine.shell(`mkdir -p /run/systemd/system/${unit}.d
    cp ${machine.folder}/drop-in /run/systemd/system/${unit}.d/test.conf; systemctl daemon-reload`);
}

async function noDropIns(): Promise<void> {
  await machine.shell('rm -rf /run/systemd/system/soft-stream-*.d; systemctl daemon-reload');
}

/** rpicam-apps of an imagined Pi, in the real unit: its sandbox and user, with one folder more. */
async function useStandins({ connected }: { readonly connected: boolean }): Promise<void> {
  const cameras = [IMX219, IMX708].map((each) => ({
    ...each,
    connected,
    recording: `${SRV}/recordings/${basename(each.recording)}`,
  }));
  writeWorld(machine.folder, { cameras, timeScale: 1 });
  const pi = `${SRV}/pi`;
  await machine.shell(`mkdir -p ${pi}/dev; cp ${machine.folder}/world.json ${pi}; chown -R soft-stream-capture ${pi}`);
  await writeSettings(
    `cam0_id=imx219@10\ncam0_port=${ports[0]}\ncam1_id=imx708@1a\ncam1_autofocus=1\ncam1_port=${ports[1]}\n`,
  );
  await dropIn(
    CAPTURE,
    `Environment=PATH=${SRV}/bin:/usr/bin:/bin RPICAM_STANDIN_WORLD=${pi} SOFT_STREAM_DEV_DIR=${pi}/dev\nReadWritePaths=${pi}`,
  );
}

/** Runs a script in a copy of the unit: the same user and sandbox, another program. @returns what it printed, parsed */
async function attack(unit: string, script: string): Promise<Record<string, string>> {
  await writeFile(join(machine.folder, 'attack.cjs'), script);
  await machine.shell(`install -m 644 ${machine.folder}/attack.cjs /usr/local/share/attack.cjs
    sed -e 's|^ExecStart=.*|ExecStart=/usr/bin/node /usr/local/share/attack.cjs|; s|^Type=.*|Type=oneshot|; s|^Restart=.*|Restart=no|' \\
      -e 's|^Requires=.*||; s|^After=.*||; s|^WatchdogSec=.*||' \\
      -e 's|^SyslogIdentifier=.*|StandardOutput=truncate:/run/attack.out|' /usr/lib/systemd/system/${unit} >/run/systemd/system/attack.service
    systemctl daemon-reload; systemctl start attack.service`);
  const said = await machine.shell(
    'cat /run/attack.out; rm /run/attack.out /run/systemd/system/attack.service /usr/local/share/attack.cjs',
  );
  return JSON.parse(said) as Record<string, string>;
}

/** Connects again and again, a request each time; what was refused is kept. */
function startHammer(port: number) {
  const failures: string[] = [];
  let attempts = 0;
  let isOver = false;
  const knock = (): Promise<void> =>
    new Promise<void>((resolve) => {
      attempts++;
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        failures.push(error.code ?? error.message);
        resolve();
      });
    });
  const running = (async () => {
    while (!isOver) {
      await knock();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    failures,
    attempts: () => attempts,
    async stop() {
      isOver = true;
      await running;
    },
  };
}

/** A viewer who connects again whenever the stream ends, as a browser's page does. */
function followViewer() {
  let isOver = false;
  let lastMs = performance.now();
  let longestMs = 0;
  const running = (async () => {
    while (!isOver) {
      try {
        await using viewer = await watch(url(1));
        while (!isOver) {
          await viewer.next('a live frame', isLive);
          const nowMs = performance.now();
          longestMs = Math.max(longestMs, nowMs - lastMs);
          lastMs = nowMs;
        }
      } catch {
        // The stream has ended: again.
      }
    }
  })();
  return {
    longestMs: () => longestMs,
    /** A gap that is not over counts, too. */
    untilLive() {
      const sinceMs = performance.now();
      return waitFor('a live frame', () => Promise.resolve(lastMs > sinceMs));
    },
    async stop() {
      isOver = true;
      await running;
    },
  };
}

function url(camera: 0 | 1, path = '/stream.mjpg'): string {
  return `http://127.0.0.1:${ports[camera]}${path}`;
}

/** Every file of the machine but what package managers, logs and caches write of themselves. */
function files(): Promise<string> {
  return machine.shell(`find /etc /usr /var /opt /srv /home /root /run /dev/shm -xdev \\
    ! -path '/var/lib/dpkg*' ! -path '/var/lib/apt*' ! -path '/var/cache*' ! -path '/var/log*' ! -path '/run/systemd*' ! -path '/run/log*' \\
    ! -path '${machine.folder}*' ! -path '/var/tmp/*' ! -path '/run/nginx.pid' ! -path '/var/backups*' ! -path '/etc/*-' ! -path '/run/user*' \\
    ! -path '/var/lib/systemd/*' ! -path '/run/dbus*' ! -path '/var/lib/nginx*' ! -path '${SRV}*' | sort`);
}
