// The images and compose files for real, on recordings: two cameras, both ways through nginx, and everything that
// may happen to a container while somebody watches. One stack for all tests, used in turn.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { isLive, type Viewer, watch } from '../viewer/watch.ts';
import { docker, processesIn, repositoryRoot, run } from './engine.ts';
import { type HostNginx, startHostNginx } from './host-nginx.ts';
import { CREDENTIALS, prepareStack, type Stack } from './stack.ts';

const timeout = 120_000;
const authorization = `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`;
const withPassword = { headers: { authorization } };

let stack: Stack;
let nginx: HostNginx;

before(
  async () => {
    stack = await prepareStack();
    await stack.compose('build', '--quiet');
    const fromMs = performance.now();
    await stack.compose('up', '-d');
    await Promise.all(stack.ports.map((port) => firstLive(`http://127.0.0.1:${port}`)));
    upMs = performance.now() - fromMs;
    nginx = await startHostNginx({
      passwordFile: stack.passwordFile,
      socketFolder: stack.socketFolder,
      backends: stack.ports,
    });
  },
  { timeout: 600_000 },
);
let upMs = 0;

after(
  async () => {
    await nginx?.[Symbol.asyncDispose]();
    await stack?.[Symbol.asyncDispose]();
  },
  { timeout },
);

describe('the containers', () => {
  it('bring both recordings to their ports and are healthy', { timeout }, async (t) => {
    t.diagnostic(`up -d until both cameras were live: ${(upMs / 1000).toFixed(1)} s`);
    await waitFor('all to be healthy', async () => {
      const states = await stack.compose('ps', '--format', '{{.Service}} {{.Health}}');
      return states.split('\n').sort().join(', ') === 'capture healthy, edge healthy, http healthy';
    });
    for (const image of ['capture', 'http', 'edge']) {
      const bytes = Number(await docker('image', 'inspect', '-f', '{{.Size}}', `soft-stream-${image}:test`));
      t.diagnostic(`soft-stream-${image}: ${(bytes / 1e6).toFixed(0)} MB`);
    }
  });

  it('take the names from the mounted environment file, as systemd would read it', { timeout }, async () => {
    const names = await Promise.all(
      stack.ports.map(async (port) => ((await (await fetch(`http://127.0.0.1:${port}/status`)).json()) as Status).name),
    );

    assert.deepEqual(names, ['Printer #1: $5', 'Printer #2']);
  });

  it('hold no compiler, no tests and nothing that only development needs', { timeout }, async () => {
    for (const service of ['capture', 'http']) {
      const found = await inContainer(
        service,
        `command -v gcc g++ make python3; find /app -name '*.test.*' -path '*soft-stream*'; ls -d /app/node_modules/typescript
         /app/node_modules/playwright-core /app/node_modules/@biomejs /app/integration-tests /app/*/src 2>/dev/null; true`,
      );
      assert.equal(found, '');
    }
  });

  it('have camctl on the path, which talks to capture', { timeout }, async () => {
    const status = JSON.parse(await inContainer('capture', 'camctl status --json')) as { cameras: Status[] };

    assert.deepEqual(
      status.cameras.map((each) => each.camera),
      ['cam0', 'cam1'],
    );
  });
});

describe('the way through nginx', () => {
  const ways = [
    { title: 'the site on the host', port: () => nginx.ports[0] },
    { title: 'the edge container', port: () => stack.edgePorts[0] },
  ];
  for (const { title, port } of ways) {
    const url = (path: string) => `http://127.0.0.1:${port()}${path}`;

    it(`${title} asks for the password`, { timeout }, async () => {
      const without = await fetch(url('/'));
      assert.equal(without.status, 401);
      assert.match(without.headers.get('www-authenticate') ?? '', /^Basic/);
      await without.body?.cancel();
      const wrong = await fetch(url('/'), { headers: { authorization: `Basic ${btoa('viewer:guess')}` } });
      assert.equal(wrong.status, 401);
      await wrong.body?.cancel();
    });

    it(`${title} passes page, snapshot, status and POST on, and keeps metrics and health to itself`, {
      timeout,
    }, async () => {
      const statusOf = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(url(path), { ...withPassword, ...init });
        await answer.arrayBuffer();
        return answer.status;
      };
      assert.equal(await statusOf('/'), 200);
      assert.equal(await statusOf('/snapshot.jpg?width=320'), 200);
      assert.equal(await statusOf('/?action=snapshot'), 200);
      assert.equal(await statusOf('/status'), 200);
      // The recording has no autofocus: what counts is that the request reached the service, Origin and all.
      const origin = url('').replace(/\/$/, '');
      const posted = await statusOf('/autofocus', { method: 'POST', headers: { authorization, origin } });
      assert.ok([202, 409].includes(posted), `POST /autofocus: ${posted}`);
      const foreign = { authorization, origin: 'http://elsewhere.example' };
      assert.equal(await statusOf('/autofocus', { method: 'POST', headers: foreign }), 403);
      assert.equal(await statusOf('/metrics'), 404);
      assert.equal(await statusOf('/healthz'), 404);
    });

    it(`${title} delivers the stream live`, { timeout }, async () => {
      await using viewer = await watch(url('/stream.mjpg'), withPassword);
      await viewer.next('a live frame', isLive);
      await viewer.next('another one', isLive);
    });

    it(`${title} answers a flood of wrong passwords with 429, and the right one still`, { timeout }, async () => {
      const headers = { authorization: `Basic ${btoa('viewer:guess')}` };
      const answers = await Promise.all(
        Array.from({ length: 30 }, async () => {
          const answer = await fetch(url('/'), { headers });
          await answer.arrayBuffer();
          return answer.status;
        }),
      );
      assert.deepEqual([...new Set(answers)].sort(), [401, 429]);
      const right = await fetch(url('/status'), withPassword);
      await right.arrayBuffer();
      assert.equal(right.status, 200);
    });
  }

  it('works under a path prefix with the names that OctoPrint and Mainsail use', { timeout }, async () => {
    const base = `http://127.0.0.1:${nginx.prefixPort}`;
    await using viewer = await watch(`${base}/webcam/?action=stream`);
    await viewer.next('a live frame', isLive);
    const snapshot = await fetch(`${base}/webcam2/?action=snapshot`);
    assert.equal(snapshot.headers.get('content-type'), 'image/jpeg');
    await snapshot.arrayBuffer();
    for (const [path, status] of [
      ['/webcam/', 200],
      ['/webcam/metrics', 404],
    ] as const) {
      const answer = await fetch(base + path);
      await answer.arrayBuffer();
      assert.equal(answer.status, status, path);
    }
  });

  it('uses the unix socket, not the published port, from the host', { timeout }, async () => {
    await using viewer = await watch(`http://127.0.0.1:${nginx.ports[1]}/stream.mjpg`, withPassword);
    await viewer.next('a live frame', isLive);
    // The kernel shows the name that the container bound it to, before it moved to its own (rpc/socket-name.ts).
    const connections = await run('ss', ['-Hxn', 'state', 'established']);
    assert.match(connections, /\/run\/soft-stream-web\/\.[0-9a-f]{8}/, 'no connection to a socket of the web side');
  });
});

describe('while viewers watch through nginx', () => {
  const captureFaults: readonly { title: string; happen: () => Promise<unknown> }[] = [
    { title: 'capture killed -9', happen: () => kill('capture', /node capture-service/) },
    { title: 'capture restarted', happen: () => stack.compose('restart', 'capture') },
    { title: 'capture recreated', happen: () => stack.compose('up', '-d', '--force-recreate', 'capture') },
    { title: 'capture updated to a new image', happen: () => update('capture') },
  ];
  for (const { title, happen } of captureFaults) {
    it(`${title}: every connection stays and is live again`, { timeout }, async (t) => {
      const viewers = await Promise.all(urls().map((url) => watch(url, withPassword)));
      try {
        await Promise.all(viewers.map((viewer) => viewer.next('the first live frame', isLive)));
        const fromMs = Date.now();
        await happen();
        const doneMs = Date.now();
        await Promise.all(viewers.map((viewer) => liveAfter(viewer, doneMs)));
        report(t, title, fromMs);
        assert.ok(viewers.every((viewer) => !viewer.isClosed));
      } finally {
        await Promise.all(viewers.map((viewer) => viewer.leave()));
      }
    });
  }

  const httpFaults: readonly { title: string; happen: () => Promise<unknown> }[] = [
    { title: 'http killed -9', happen: () => kill('http', /node http-service/) },
    { title: 'http restarted', happen: () => stack.compose('restart', 'http') },
    { title: 'http recreated', happen: () => stack.compose('up', '-d', '--force-recreate', 'http') },
    { title: 'http updated to a new image', happen: () => update('http') },
  ];
  for (const { title, happen } of httpFaults) {
    it(`${title}: who connects again gets live frames, from a capture that did not notice`, { timeout }, async (t) => {
      const startedAt = await startOf('capture');
      const viewers = await Promise.all(urls().map((url) => watch(url, withPassword)));
      await Promise.all(viewers.map((viewer) => viewer.next('the first live frame', isLive)));
      const fromMs = Date.now();
      await happen();
      await Promise.all(urls().map((url) => firstLive(url.replace('/stream.mjpg', ''))));
      report(t, title, fromMs);
      await Promise.all(viewers.map((viewer) => viewer.leave()));
      assert.equal(await startOf('capture'), startedAt);
    });
  }
});

describe('what a taken-over http container can do', () => {
  it('not write, truncate, replace or remove a frame, nor enter the operator socket', { timeout }, async () => {
    await using viewer = await watch(`http://127.0.0.1:${stack.ports[0]}/stream.mjpg`);
    await viewer.next('a live frame', isLive);
    const refused = JSON.parse(await nodeInHttp(ATTACKS)) as Record<string, string>;

    for (const [attempt, code] of Object.entries(refused)) {
      assert.match(code, /^(EROFS|EACCES|EPERM|ENOENT|ENXIO)$/, `${attempt}: ${code}`);
    }
    assert.ok(Object.keys(refused).length >= 10);
    await viewer.next('live frames all the same', isLive);
  });

  it('not see a device, another process, a capability or a way to the world', { timeout }, async () => {
    const status = await inContainer('http', 'cat /proc/self/status');
    assert.match(status, /CapEff:\s+0{16}/);
    assert.match(status, /CapBnd:\s+0{16}/);
    assert.match(status, /NoNewPrivs:\s+1/);
    assert.match(status, /^Uid:\s+1000\s+1000/m);
    const devices = (await inContainer('http', 'ls /dev')).split('\n');
    const harmless = 'console core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(
      ' ',
    );
    assert.deepEqual(
      devices.filter((name) => !harmless.includes(name)),
      [],
    );
    assert.doesNotMatch(await inContainer('http', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'), /capture-service/);
    // Its own connections get no answer from beyond this machine: its address is not translated.
    const network = await docker('network', 'inspect', `${stack.project}_web`);
    assert.match(network, /"com.docker.network.bridge.enable_ip_masquerade": "false"/);
  });

  it('and capture itself: no network, no capabilities, a read-only root, no block device', { timeout }, async () => {
    const seen = await inContainer(
      'capture',
      `ls /sys/class/net; grep CapEff /proc/self/status; touch /x 2>&1; touch /dev/x 2>&1; id -u; id -G
       for disk in $(find /dev -maxdepth 1 -type b | head -3); do head -c1 "$disk" >/dev/null 2>&1 && echo "read $disk"; done; true`,
    );
    assert.match(seen, /^lo\n/);
    assert.match(seen, /CapEff:\s+0{16}/);
    assert.match(seen, /'\/x': Read-only file system/);
    assert.match(seen, /'\/dev\/x': (Read-only file system|Permission denied)/);
    assert.match(seen, /\n1001\n/);
    assert.doesNotMatch(seen, /^read /m);
  });
});

describe('compose.yaml', () => {
  it('publishes http on the loopback address alone, where the cameras file does not say otherwise', () => {
    const text = readFileSync(join(repositoryRoot, 'compose.yaml'), 'utf8');

    assert.match(text, /"\$\{cam0_bind:-127\.0\.0\.1\}:\$\{cam0_port:-18081\}:18081"/);
  });

  it('names a missing environment file instead of making a folder of it', { timeout }, async () => {
    const env = {
      ...stack.env,
      COMPOSE_PROJECT_NAME: `${stack.project}-x`,
      SOFT_STREAM_ENV_FILE: '/nonexistent/c.env',
    };
    try {
      await assert.rejects(run('docker', ['compose', 'up', '--no-start', 'capture'], { env }), /nonexistent/);
    } finally {
      await run('docker', ['compose', '--progress', 'quiet', 'down', '--volumes'], { env });
    }
  });
});

interface Status {
  readonly camera: string;
  readonly name: string;
}

/** Every way to cam0 that stays up by itself: published port, edge, host nginx. */
function urls(): string[] {
  return [stack.ports[0], stack.edgePorts[0], nginx.ports[0]].map((port) => `http://127.0.0.1:${port}/stream.mjpg`);
}

function report(t: TestContext, what: string, fromMs: number): void {
  t.diagnostic(`${what}: live again after ${((Date.now() - fromMs) / 1000).toFixed(1)} s, the command included`);
}

/** A frame captured after that moment (unix ms). */
function liveAfter(viewer: Viewer, sinceMs: number): Promise<unknown> {
  return viewer.next('a new live frame', (part) => isLive(part) && Number(part.timestamp) * 1000 > sinceMs);
}

/** Connects until it gets a live frame. */
async function firstLive(base: string): Promise<void> {
  await waitFor(
    `a live frame of ${base}`,
    async () => {
      await using viewer = await watch(`${base}/stream.mjpg`, withPassword);
      return await viewer.next('a live frame', isLive);
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
}

async function kill(service: string, commandLine: RegExp): Promise<void> {
  const pids = await processesIn(stack.container(service), commandLine);
  assert.ok(pids.length > 0, `no process ${commandLine} in ${service}`);
  // From the host: `docker kill` counts as a stop by hand, and the engine would not restart it. The service and not
  // the init in front of it, whose command line is the same.
  process.kill(Math.max(...pids), 'SIGKILL');
}

/** A new image (another revision label), then only this service brought up to it. */
async function update(service: string): Promise<void> {
  const env = { ...stack.env, SOFT_STREAM_REVISION: `update-${Date.now()}` };
  await run('docker', ['compose', 'build', '--quiet', service], { env });
  await run('docker', ['compose', '--progress', 'quiet', 'up', '-d', '--no-deps', service], { env });
}

function startOf(service: string): Promise<string> {
  return docker('inspect', '-f', '{{.State.StartedAt}} {{.Id}}', stack.container(service));
}

async function inContainer(service: string, script: string): Promise<string> {
  return await docker('exec', stack.container(service), 'sh', '-c', script);
}

function nodeInHttp(script: string): Promise<string> {
  return docker('exec', stack.container('http'), 'node', '-e', script);
}

/** Prints what each attempt was refused with, as JSON. */
const ATTACKS = `
const fs = require('fs'), net = require('net'), out = {};
const attempt = (name, act) => { try { act(); out[name] = 'done'; } catch (error) { out[name] = error.code; } };
for (const name of fs.readdirSync('/dev/shm')) {
  const path = '/dev/shm/' + name;
  attempt('write ' + name, () => fs.openSync(path, 'r+'));
  attempt('truncate ' + name, () => fs.truncateSync(path, 10));
  attempt('remove ' + name, () => fs.unlinkSync(path));
  attempt('rename ' + name, () => fs.renameSync(path, path + 'x'));
  attempt('chmod ' + name, () => fs.chmodSync(path, 0o666));
}
attempt('create a frame', () => fs.writeFileSync('/dev/shm/soft-stream.cam9', 'x'));
attempt('replace the broker', () => fs.unlinkSync('/run/soft-stream/broker.sock'));
attempt('write beside the broker', () => fs.writeFileSync('/run/soft-stream/x', 'x'));
attempt('see the operator socket', () => fs.lstatSync('/run/soft-stream/operator/control.sock'));
attempt('write into operator', () => fs.writeFileSync('/run/soft-stream/operator/x', 'x'));
attempt('write to its own program', () => fs.writeFileSync('/app/http-service/dist/main.js', ''));
attempt('write to the root', () => fs.mkdirSync('/x'));
attempt('write to the settings', () => fs.writeFileSync('/etc/camera-streamer/camera-soft-stream.env', ''));
const socket = net.connect('/run/soft-stream/operator/control.sock');
socket.on('connect', () => end('done')).on('error', (error) => end(error.code));
function end(result) { out['connect to the operator socket'] = result; console.log(JSON.stringify(out)); process.exit(); }
`;
