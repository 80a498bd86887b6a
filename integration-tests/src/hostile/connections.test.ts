// Crowds: connections by the thousand, slow ones, floods of snapshots and event streams. Who only watches notices nothing.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { cpuMs, MIB, openDescriptors, residentBytes } from './process-cost.ts';
import { type RawConnection, rawConnection, rawConnections, readAnswer } from './raw-client.ts';
import { startWatcher } from './undisturbed.ts';

const timeout = 120_000;
const FPS = 10;
/** As http-server.ts and connection-guard.ts have it: 30 viewers and 256 others; looked at every 5 s after 20 s. */
const MAX_VIEWERS = 30;
const MAX_CONNECTIONS = MAX_VIEWERS + 256;
/** As event-feed.ts has it. */
const MAX_LISTENERS = 64;
/** As pipelining.ts has it. */
const PIPELINED_ALWAYS = 4;
const CUT_WITHIN_MS = 60_000;
/** What http-service has open by itself, and connections that the kernel has not yet let go. */
const OWN_FILES = 60;
/** For 286 connections and as many viewers as may be, with what the heap goes up and down by in between. */
const CROWD_MAY_TAKE = 64 * MIB;

let pair: Pair;
let host: string;

before(
  async () => {
    pair = await startPair({ env: { cam0_fps: String(FPS), cam0_max_viewers: String(MAX_VIEWERS), cam0_linger: '1' } });
    host = new URL(pair.url(0)).host;
  },
  { timeout },
);

after(
  async () => {
    const failures = pair.http.log.lines.filter(({ level }) => ['error', 'fatal', 'raw'].includes(level));
    await pair[Symbol.asyncDispose]();
    assert.deepEqual(failures, []);
  },
  { timeout },
);

const request = (target: string, ...headers: string[]) =>
  `GET ${target} HTTP/1.1\r\n${[`Host: ${host}`, ...headers].join('\r\n')}\r\n\r\n`;

/** As a visitor does: a new connection, and the answer taken whole. */
async function assertServed(target: string): Promise<void> {
  const response = await fetch(pair.url(0, target), { headers: { Connection: 'close' } });
  assert.equal(response.status, 200, `${target}: ${await response.clone().text()}`);
  await response.arrayBuffer();
}

function closeAll(connections: readonly RawConnection[]): void {
  for (const connection of connections) connection[Symbol.dispose]();
}

describe('hostile crowds', { timeout }, () => {
  it('1500 connections that send nothing, or half a request, keep nobody out and cost bounded memory', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const before = residentBytes(pair.http.pid);
    const crowd: RawConnection[] = [];
    try {
      const report = await watcher.undisturbedBy(async () => {
        for (let wave = 0; wave < 5; wave++) {
          const arrived = await rawConnections(pair.url(0), 300);
          crowd.push(...arrived);
          for (const connection of arrived.slice(0, 150)) connection.send(`GET / HTTP/1.1\r\nHost: ${host}\r\nA: `);

          await assertServed('/status');
          await assertServed('/snapshot.jpg');
          await assertServed('/');
        }
      });

      const open = openDescriptors(pair.http.pid);
      assert.ok(open < MAX_CONNECTIONS + OWN_FILES, `${open} descriptors`);
      const grown = residentBytes(pair.http.pid) - before;
      t.diagnostic(`measured: ${report}; ${(grown / MIB).toFixed(1)} MiB more, ${open} descriptors`);
      assert.ok(grown < CROWD_MAY_TAKE, `${(grown / MIB).toFixed(0)} MiB more`);
    } finally {
      closeAll(crowd);
    }
  });

  it('slow headers, slow bodies, silence and answers not taken are cut in the end; half-closed ones at once', {
    timeout,
  }, async () => {
    const silent = await rawConnections(pair.url(0), 10);
    const slow = await rawConnections(pair.url(0), 10);
    const slowBodies = await rawConnections(pair.url(0), 10);
    const halfClosed = await rawConnections(pair.url(0), 10);
    const all = [...silent, ...slow, ...slowBodies, ...halfClosed];
    const trickle = setInterval(() => {
      for (const connection of slow) if (!connection.isClosed) connection.send('a');
      for (const connection of slowBodies) if (!connection.isClosed) connection.send('1\r\na\r\n');
    }, 500);
    try {
      for (const connection of slow) connection.send(`GET /status HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      for (const connection of slowBodies) {
        connection.send(`POST /nothing HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`);
      }
      for (const connection of halfClosed) connection.socket.end(`GET /status HTTP/1.1\r\nHost: ${host}\r\nX-Half: `);

      await Promise.all(halfClosed.map(({ closed }) => closed));
      for (let round = 0; round < 5; round++) await assertServed('/status');
      await waitFor('every one of them to be cut', () => all.every(({ isClosed }) => isClosed), {
        timeoutMs: CUT_WITHIN_MS,
        intervalMs: 250,
      });
      for (const { text } of slow) assert.doesNotMatch(text, /^HTTP\/1\.1 200/);
    } finally {
      clearInterval(trickle);
      closeAll(all);
    }
  });

  it('snapshots of a hundred sizes at a time are scaled one by one, refused with Retry-After, and the stream goes on', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    await fetch(pair.url(0, '/snapshot.jpg?width=320'));
    const before = residentBytes(pair.http.pid);
    const { stills } = await pair.status(0);
    const statuses = new Map<number, number>();
    let mostCores = 0;
    let size = 0;

    const report = await watcher.undisturbedBy(async () => {
      const fromCpuMs = cpuMs(pair.http.pid);
      const fromMs = performance.now();
      for (let round = 0; round < 3; round++) {
        const answers = Array.from({ length: 100 }, async () => {
          size += 1;
          const response = await fetch(pair.url(0, `/snapshot.jpg?width=${200 + (size % 1_000)}`));
          if (response.status !== 200) assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
          await response.arrayBuffer();
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        });
        await assertServed('/status');
        await Promise.all(answers);
      }
      mostCores = Math.max(mostCores, (cpuMs(pair.http.pid) - fromCpuMs) / (performance.now() - fromMs));
    });

    const grown = residentBytes(pair.http.pid) - before;
    const served = statuses.get(200) ?? 0;
    t.diagnostic(
      `measured: ${report}; ${served} scaled and ${statuses.get(503)} refused of ${size}, ${mostCores.toFixed(2)} cores, ${(grown / MIB).toFixed(1)} MiB more`,
    );
    assert.deepEqual([...statuses.keys()].sort(), [200, 503]);
    // Each round: one is scaled, 16 wait, and those who come while these are done; most come at once.
    assert.ok(served >= size * 0.1 && served <= size * 0.7, `${served} of ${size} scaled`);
    assert.deepEqual((await pair.status(0)).stills, stills, 'a running stream is never interrupted for it');
    assert.ok(mostCores < 1.6, `${mostCores.toFixed(2)} cores: one scales, the other one serves`);
    assert.ok(grown < 100 * MIB, `${(grown / MIB).toFixed(0)} MiB more`);
  });

  it('a picture of 100,000 pixels costs no more than any other refusal', { timeout }, async (t) => {
    await fetch(pair.url(0, '/snapshot.jpg?width=100'));
    const cost = async (target: string, status: number) => {
      const beforeMs = cpuMs(pair.http.pid);
      for (let count = 0; count < 200; count++) {
        const response = await fetch(pair.url(0, target));
        assert.equal(response.status, status, target);
        await response.arrayBuffer();
      }
      return (cpuMs(pair.http.pid) - beforeMs) / 200;
    };
    // In turns, and the cheapest of each: a collection of garbage belongs to neither.
    const refusals: number[] = [];
    const unknown: number[] = [];
    const residentBefore = residentBytes(pair.http.pid);
    for (let round = 0; round < 3; round++) {
      unknown.push(await cost('/nothing.jpg', 404));
      refusals.push(await cost('/snapshot.jpg?width=100000&height=100000', 400));
    }

    const [refusalMs, unknownMs] = [Math.min(...refusals), Math.min(...unknown)];
    t.diagnostic(`measured: ${refusalMs.toFixed(2)} ms of CPU, any other refusal ${unknownMs.toFixed(2)} ms`);
    // One scaling of the smallest picture here costs 5 ms and more.
    assert.ok(refusalMs < unknownMs * 2 + 0.5, `${refusalMs.toFixed(2)} ms instead of ${unknownMs.toFixed(2)} ms`);
    assert.ok(residentBytes(pair.http.pid) - residentBefore < 40 * MIB);
  });

  it('of 250 event streams those within the limit are served, the others told to come back, and nobody else minds', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    let listeners: RawConnection[] = [];
    try {
      const report = await watcher.undisturbedBy(async () => {
        closeAll(listeners);
        listeners = await rawConnections(pair.url(0), 250);
        for (const listener of listeners) listener.send(request('/events'));
        await waitFor('every one to be answered', () => listeners.every(({ text }) => text.includes('\r\n\r\n')));

        const answers = listeners.map(({ text }) => readAnswer(text));
        const refused = answers.filter(({ status }) => status === 503);
        const served = answers.filter(({ status }) => status === 200);
        assert.equal(served.length + refused.length, 250);
        assert.ok(served.length >= MAX_LISTENERS - 8 && served.length <= MAX_LISTENERS, `${served.length} served`);
        for (const { head } of refused) assert.match(head, /^retry-after: [1-9]\d*$/im);
        await assertServed('/status');
        await assertServed('/snapshot.jpg');
        await assertServed('/');
      });
      t.diagnostic(`measured: ${report}`);
    } finally {
      closeAll(listeners);
    }
  });

  it('viewers over the limit are 503 with Retry-After; those who take nothing cost the others nothing', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const before = residentBytes(pair.http.pid);
    let stuck: RawConnection[] = [];
    const viewers = async () => {
      const status = await (await fetch(pair.url(0, '/status'))).json();
      return (status as { viewers: number }).viewers;
    };
    try {
      const report = await watcher.undisturbedBy(async () => {
        closeAll(stuck);
        await waitFor('the others to have left', async () => (await viewers()) === 1);
        stuck = await rawConnections(pair.url(0), MAX_VIEWERS + 20);
        for (const { socket } of stuck) socket.pause();
        for (const viewer of stuck) viewer.send(request('/stream.mjpg'));
        await waitFor('the limit to be reached', async () => (await viewers()) >= MAX_VIEWERS);
        const refused = await fetch(pair.url(0, '/stream.mjpg'));
        assert.equal(refused.status, 503);
        assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
        await refused.arrayBuffer();
        await sleep(2_000);
        assert.equal(await viewers(), MAX_VIEWERS, 'not one more');
        await assertServed('/snapshot.jpg');
        await assertServed('/status');
      });
      const grown = residentBytes(pair.http.pid) - before;
      t.diagnostic(`measured: ${report}; ${(grown / MIB).toFixed(1)} MiB more`);
      assert.ok(grown < CROWD_MAY_TAKE, `${(grown / MIB).toFixed(0)} MiB more`);
    } finally {
      closeAll(stuck);
    }
  });

  it('fifty visitors who ask again as soon as they are answered share what the pictures leave', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    let hasty: RawConnection[] = [];
    let answers = 0;
    try {
      const report = await watcher.undisturbedBy(async () => {
        closeAll(hasty);
        answers = 0;
        hasty = await rawConnections(pair.url(0), 50);
        for (const { socket } of hasty) {
          socket.removeAllListeners('data').on('data', (chunk) => {
            if (!chunk.includes('HTTP/1.1 200 OK')) return;
            answers += 1;
            socket.write(request('/status'));
          });
          socket.write(request('/status'));
        }
        await sleep(4_000);
        await assertServed('/');
        assert.ok(hasty.every(({ isClosed }) => !isClosed));
        closeAll(hasty);
      });
      t.diagnostic(`measured: ${report}; ${answers} answers`);
      assert.ok(answers > 500, `${answers} answers: the attempt was in earnest`);
    } finally {
      closeAll(hasty);
    }
  });

  it('ten thousand requests behind each other, of which no answer is taken, end their connections and leave nothing', {
    timeout,
  }, async (t) => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const before = residentBytes(pair.http.pid);
    let greedy: RawConnection[] = [];
    try {
      const report = await watcher.undisturbedBy(async () => {
        closeAll(greedy);
        greedy = await rawConnections(pair.url(0), 20);
        for (const connection of greedy) {
          connection.socket.pause();
          connection.send(request('/snapshot.jpg').repeat(500));
        }
        await sleep(1_000);
        await assertServed('/status');
        await assertServed('/snapshot.jpg');
        // The same within what each may have waiting, as often: what has come is kept, and nothing more is read.
        closeAll(greedy);
        greedy = await rawConnections(pair.url(0), 200);
        for (const connection of greedy) {
          connection.socket.pause();
          connection.send(request('/snapshot.jpg').repeat(PIPELINED_ALWAYS));
        }
        await sleep(2_000);
        await assertServed('/status');
        await assertServed('/snapshot.jpg');
      });
      const grown = residentBytes(pair.http.pid) - before;
      t.diagnostic(`measured: ${report}; ${(grown / MIB).toFixed(1)} MiB more`);
      assert.ok(grown < CROWD_MAY_TAKE, `${(grown / MIB).toFixed(0)} MiB more`);
    } finally {
      closeAll(greedy);
    }
  });

  it('people who come and leave within a millisecond leave nothing behind', { timeout }, async () => {
    const targets = ['/stream.mjpg', '/snapshot.jpg', '/events', '/', '/status'];
    await waitFor('the others to be gone', async () => openDescriptors(pair.http.pid) < 80, { timeoutMs: 60_000 });
    const before = openDescriptors(pair.http.pid);

    for (let round = 0; round < 10; round++) {
      const visitors = Array.from({ length: 20 }, () => rawConnection(pair.url(0)));
      for (const [index, visitor] of visitors.entries()) {
        visitor.send(request(targets[index % targets.length] ?? '/'));
        visitor.socket.once('connect', () => visitor.socket.resetAndDestroy());
      }
      await Promise.all(visitors.map(({ closed }) => closed));
    }

    await waitFor('descriptors to be as before', () => openDescriptors(pair.http.pid) <= before + 2);
    await pair.untilStatus(0, 'is idle again', ({ state, viewers }) => state === 'idle' && viewers === 0);
  });
});
