// The wall behind nginx with its defaults, on a line of 100 kB/s: pictures become smaller before they become old.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePorts } from '../harness/free-port.ts';
import { manyCameras } from '../harness/many-cameras.ts';
import { startSlowLine } from '../harness/slow-line.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
const options = { timeout: 180_000, skip: hasNginx ? false : 'nginx is not installed' };
const CAMERAS = 24;
const SETTLE_MS = 15_000;
const MEASURE_MS = 15_000;
const LIMIT_MS = 2_000;
const LINE_BYTES_PER_SECOND = 100_000;

/** With its buffers as they are by default. (Its limit_rate says nothing about answers that it does not buffer.) */
function startNginx(port: number, target: string): Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-wall-'));
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
        location / { proxy_pass ${target}; }
      }
    }`,
  );
  const running = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  return {
    [Symbol.dispose]() {
      running.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface SeenRecord {
  readonly type: string;
  readonly session?: string;
  readonly camera?: string;
  readonly capturedMs?: number;
}

/** Reads a wall as its page does, and acknowledges every 80 ms. @param onPicture both in CLOCK_MONOTONIC ms */
async function readWall(
  url: string,
  ask: object,
  onPicture: (camera: string, capturedMs: number, byteLength: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${url}pictures`, { signal });
  assert.ok(response.body);
  let received = 0;
  let said = -1;
  let session = '';
  let isFirst = true;
  let bytes = Buffer.alloc(0);
  const saying = setInterval(() => {
    if (session === '' || said === received) return;
    said = received;
    const words = isFirst ? { received, ...ask } : { received };
    isFirst = false;
    fetch(`${url}walls/${session}`, { method: 'POST', body: JSON.stringify(words) }).catch(() => undefined);
  }, 80);
  try {
    for await (const chunk of response.body) {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.byteLength >= 8 && bytes.byteLength >= 4 + bytes.readUInt32BE(0)) {
        const size = 4 + bytes.readUInt32BE(0);
        const jsonBytes = bytes.readUInt32BE(4);
        const record = JSON.parse(bytes.toString('utf8', 8, 8 + jsonBytes)) as SeenRecord;
        received++;
        if (record.session !== undefined) session = record.session;
        if (record.type === 'picture') onPicture(record.camera ?? '', record.capturedMs ?? 0, size - 8 - jsonBytes);
        bytes = bytes.subarray(size);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(saying);
  }
}

test('24 cameras behind nginx at 100 kB/s: no tile is older than 2 s', options, async (t) => {
  const [wallPort = 0, port = 0] = await freePorts(2);
  await using _pair = await startPair({
    env: { ...manyCameras(CAMERAS), wall: '1', wall_port: String(wallPort), wall_live: '1' },
  });
  using _nginx = startNginx(port, `http://127.0.0.1:${wallPort}`);
  await waitFor('nginx to answer', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  await using line = await startSlowLine(port, LINE_BYTES_PER_SECOND);
  const url = `http://127.0.0.1:${line.port}/`;
  const shown = new Map<string, number>();
  /** age at which each picture of a tile was replaced by the next: the oldest that it became */
  const ages: number[] = [];
  const sizes: number[] = [];
  let isMeasured = false;
  const ending = new AbortController();
  const ask = { cameras: Array.from({ length: CAMERAS }, (_, number) => `cam${number}`), width: 480 };
  const reading = readWall(
    url,
    ask,
    (camera, capturedMs, byteLength) => {
      const before = shown.get(camera);
      shown.set(camera, capturedMs);
      if (!isMeasured) return;
      if (before !== undefined) ages.push(Number(process.hrtime.bigint()) / 1e6 - before);
      sizes.push(byteLength);
    },
    ending.signal,
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  isMeasured = true;
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  const nowMs = Number(process.hrtime.bigint()) / 1e6;
  for (const capturedMs of shown.values()) ages.push(nowMs - capturedMs);
  ending.abort();
  await reading;

  ages.sort((a, b) => a - b);
  const young = ages.filter((ageMs) => ageMs <= LIMIT_MS).length / ages.length;
  const at = (share: number) => Math.round(ages[Math.floor((ages.length - 1) * share)] ?? 0);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / MEASURE_MS;
  t.diagnostic(
    `oldest that tiles became: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms; ${kilobytes.toFixed(0)} kB/s`,
  );
  assert.equal(shown.size, CAMERAS);
  assert.ok(sizes.length >= CAMERAS * 5, `${sizes.length} pictures`);
  assert.ok(young >= 0.95, `${Math.round(young * 100)} % of the tiles stayed below ${LIMIT_MS} ms`);
});
