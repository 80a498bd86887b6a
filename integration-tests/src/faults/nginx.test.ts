// nginx in front, killed, or stopped and continued: nobody keeps the camera for viewers that are gone, and all are live again.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { watch } from '../viewer/watch.ts';
import { freshAfter, liveAfter, logged, measured } from './observe.ts';
import { PATIENT, startRig } from './rig.ts';

const hasNginx = spawnSync('nginx', ['-v']).status === 0;

interface Nginx {
  start(): Promise<ChildProcess>;
  [Symbol.dispose](): void;
}

/** One process, no workers: what is killed is all there is. */
function prepareNginx(port: number, target: string): Nginx {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-test-'));
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${target}; proxy_http_version 1.1; proxy_buffering off; proxy_read_timeout 1h; }
      }
    }`,
  );
  let running: ChildProcess | undefined;
  return {
    async start() {
      const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
      running = child;
      await waitFor('nginx to answer', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
      return child;
    },
    [Symbol.dispose]() {
      running?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const options = { timeout: 120_000, skip: hasNginx ? false : 'nginx is not installed' };

describe('nginx in front', { concurrency: 3 }, () => {
  test('nginx killed: the camera is released; started again, the next viewer is live', options, async (t) => {
    await using rig = await startRig({ env: { ...PATIENT, cam0_linger: '0' } });
    const [port = 0] = await freePorts(1);
    using nginx = prepareNginx(port, rig.pair.url(0, ''));
    const first = await nginx.start();
    await using viewer = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
    await liveAfter(viewer, 0);

    first.kill('SIGKILL');
    await once(first, 'close');
    const killedMs = performance.now();
    measured(t, 'nginx killed: until the camera is released', await rig.untilReleased());
    await waitFor('the viewer to notice', () => viewer.isClosed);
    await nginx.start();
    await using next = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
    await liveAfter(next, killedMs);

    measured(t, 'nginx killed: from the kill to a new viewer that is live', performance.now() - killedMs);
    assert.equal((await rig.status()).restarts.total, 0);
  });

  test('nginx stopped and continued: the same connection is live again', options, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    const [port = 0] = await freePorts(1);
    using nginx = prepareNginx(port, rig.pair.url(0, ''));
    const running = await nginx.start();
    await using viewer = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
    await liveAfter(viewer, 0);

    running.kill('SIGSTOP');
    await sleep(3_000);
    const continuedMs = performance.now();
    running.kill('SIGCONT');
    await freshAfter(viewer, continuedMs);

    measured(t, 'nginx stopped for 3 s: from continuing to a new frame', performance.now() - continuedMs);
    assert.equal(viewer.isClosed, false);
    assert.equal((await rig.status()).restarts.total, 0);
  });

  test(
    'nginx stopped for good: its viewers are dropped, the camera is released, new ones are live',
    options,
    async (t) => {
      // At this rate the buffers of the kernel are full soon, and it shows that nobody reads.
      await using rig = await startRig({ env: { ...PATIENT, cam0_linger: '0', cam0_fps: '90' } });
      const [port = 0] = await freePorts(1);
      using nginx = prepareNginx(port, rig.pair.url(0, ''));
      const running = await nginx.start();
      await using viewer = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
      await liveAfter(viewer, 0);

      const stoppedMs = performance.now();
      running.kill('SIGSTOP');
      await logged(rig.pair.http.log, 'stalled viewer dropped', () => true, 60_000);
      await rig.untilReleased();
      measured(t, 'nginx stopped for good: until the camera is released', performance.now() - stoppedMs);
      const continuedMs = performance.now();
      running.kill('SIGCONT');
      await waitFor('the viewer to notice', () => viewer.isClosed);
      await using next = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
      await freshAfter(next, continuedMs);

      measured(
        t,
        'nginx stopped for good: from continuing to a new viewer that is live',
        performance.now() - continuedMs,
      );
    },
  );
});
