// A web side with few file descriptors: strangers use them up, and visitors are served all the same. Accept never fails,
// for when it does libuv turns everybody away, or turns in a circle with a full core (connection-budget.ts).

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '@soft-stream/launcher/checkout';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { cpuMs, openDescriptors } from './process-cost.ts';
import { type RawConnection, rawConnection, readAnswer } from './raw-client.ts';

const timeout = 60_000;
const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : 'prlimit (util-linux) is missing';
/** Node.js needs some 75 of them for a moment, to load the service's modules. */
const FILES = 96;
const VIEWERS = 90;
/** Quiet: what 3 s may cost while nobody asks. Turning in a circle costs 3000. */
const QUIET_MS = 3_000;
const QUIET_CPU_MS = 600;

let pair: Pair;
let web: ChildProcess;
let pid: number;

before(
  async () => {
    if (skip) return;
    pair = await startPair({ cameras: 1, start: ['capture'] });
    web = spawn('prlimit', [`--nofile=${FILES}:${FILES}`, process.execPath, checkout.http], {
      env: pair.env,
      stdio: 'ignore',
    });
    pid = web.pid ?? -1;
    await waitFor('the web side to answer', async () => (await fetch(pair.url(0, '/healthz'))).ok);
  },
  { timeout },
);

after(
  async () => {
    if (skip) return;
    if (web.exitCode === null && web.signalCode === null) {
      const ended = once(web, 'exit');
      web.kill();
      await ended;
    }
    await pair[Symbol.asyncDispose]();
  },
  { timeout },
);

async function assertServed(): Promise<void> {
  for (const target of ['/status', '/snapshot.jpg', '/']) {
    const response = await fetch(pair.url(0, target), { headers: { Connection: 'close' } });
    assert.equal(response.status, 200, target);
    await response.arrayBuffer();
  }
}

async function assertQuiet(t: { diagnostic(text: string): void }): Promise<void> {
  const beforeMs = cpuMs(pid);
  await sleep(QUIET_MS);
  const usedMs = cpuMs(pid) - beforeMs;
  t.diagnostic(
    `measured: ${usedMs.toFixed(0)} ms of CPU in ${QUIET_MS / 1_000} s, ${openDescriptors(pid)} of ${FILES} descriptors`,
  );
  assert.ok(usedMs < QUIET_CPU_MS, `${usedMs.toFixed(0)} ms of CPU`);
}

function closeAll(connections: readonly RawConnection[]): void {
  for (const connection of connections) connection[Symbol.dispose]();
}

describe(`a web side with ${FILES} file descriptors`, { timeout, skip }, () => {
  it('serves every visitor while 300 connections that say nothing come, and rests between', { timeout }, async (t) => {
    const crowd: RawConnection[] = [];
    try {
      for (let wave = 0; wave < 10; wave++) {
        crowd.push(...Array.from({ length: 30 }, () => rawConnection(pair.url(0))));
        await assertServed();
        assert.ok(openDescriptors(pid) < FILES, `${openDescriptors(pid)} descriptors`);
      }
      await assertQuiet(t);
    } finally {
      closeAll(crowd);
    }
  });

  it('takes as many viewers as leave room for others, and tells the rest to come back', { timeout }, async (t) => {
    const host = new URL(pair.url(0)).host;
    const viewers = Array.from({ length: VIEWERS }, () => rawConnection(pair.url(0)));
    try {
      for (const viewer of viewers) viewer.send(`GET /stream.mjpg HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await waitFor('every one to be answered or closed', () =>
        viewers.every(({ text, isClosed }) => isClosed || text.includes('\r\n\r\n')),
      );
      const answers = viewers.map(({ text }) => readAnswer(text)).filter(({ text }) => text !== '');
      const served = answers.filter(({ status }) => status === 200).length;
      assert.ok(served >= 5 && served < VIEWERS / 2, `${served} viewers`);
      for (const { status, head } of answers) {
        if (status !== 200) assert.match(head, /^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: \d+(\r\n|$)/i);
      }

      for (let round = 0; round < 5; round++) await assertServed();
      await assertQuiet(t);
    } finally {
      closeAll(viewers);
    }
  });
});
