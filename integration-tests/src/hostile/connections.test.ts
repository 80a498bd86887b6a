// Crowds: connections by the thousand, slow ones, floods of snapshots and event streams. Who only watches notices nothing.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { MIB, openDescriptors, residentBytes } from './process-cost.ts';
import { type RawConnection, rawConnection, rawConnections, readAnswer } from './raw-client.ts';
import { startWatcher } from './undisturbed.ts';

const timeout = 120_000;
const FPS = 10;
/** As http-server.ts and connection-guard.ts have it: 30 viewers and 256 others; looked at every 5 s after 20 s. */
const MAX_VIEWERS = 30;
const MAX_CONNECTIONS = MAX_VIEWERS + 256;
const CUT_WITHIN_MS = 60_000;

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
  }, async () => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const before = residentBytes(pair.http.pid);
    const crowd: RawConnection[] = [];
    try {
      for (let wave = 0; wave < 5; wave++) {
        const arrived = await rawConnections(pair.url(0), 300);
        crowd.push(...arrived);
        for (const connection of arrived.slice(0, 150)) connection.send(`GET / HTTP/1.1\r\nHost: ${host}\r\nA: `);

        await assertServed('/status');
        await assertServed('/snapshot.jpg');
        await assertServed('/');
      }

      assert.ok(
        openDescriptors(pair.http.pid) < MAX_CONNECTIONS + 100,
        `${openDescriptors(pair.http.pid)} descriptors`,
      );
      const grown = residentBytes(pair.http.pid) - before;
      assert.ok(grown < 100 * MIB, `${(grown / MIB).toFixed(0)} MiB more`);
      await watcher.assertUndisturbed();
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

  it('snapshots of a hundred sizes at a time are scaled a few at once, refused with Retry-After, and the stream goes on', {
    timeout,
  }, async () => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    await fetch(pair.url(0, '/snapshot.jpg?width=320'));
    await sleep(1_000);
    await watcher.assertUndisturbed();
    const before = residentBytes(pair.http.pid);
    const statuses = new Map<number, number>();

    for (let round = 0; round < 3; round++) {
      const answers = Array.from({ length: 100 }, async (_, number) => {
        const response = await fetch(pair.url(0, `/snapshot.jpg?width=${200 + round * 100 + number}`));
        if (response.status !== 200) assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
        await response.arrayBuffer();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      });
      await assertServed('/status');
      await Promise.all(answers);
    }

    const seen = [...statuses.keys()];
    assert.ok(
      seen.every((status) => [200, 429, 503].includes(status)),
      seen.join(' '),
    );
    assert.ok((statuses.get(200) ?? 0) > 0 && (statuses.get(503) ?? 0) > 0, 'both served and refused');
    const grown = residentBytes(pair.http.pid) - before;
    assert.ok(grown < 150 * MIB, `${(grown / MIB).toFixed(0)} MiB more`);
    await watcher.assertUndisturbed(0.3);
  });

  it('of 250 event streams those within the limit are served, the others told to come back, and nobody else minds', {
    timeout,
  }, async () => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const listeners = await rawConnections(pair.url(0), 250);
    try {
      for (const listener of listeners) listener.send(request('/events'));
      await waitFor('every one to be answered', () => listeners.every(({ text }) => text.includes('\r\n\r\n')));

      const answers = listeners.map(({ text }) => readAnswer(text));
      const refused = answers.filter(({ status }) => status === 503);
      assert.ok(answers.filter(({ status }) => status === 200).length >= 16);
      assert.ok(refused.length > 100, `${refused.length} refused`);
      for (const { head } of refused) assert.match(head, /^retry-after: \d+$/im);
      await assertServed('/status');
      await assertServed('/snapshot.jpg');
      await assertServed('/');
      await watcher.assertUndisturbed();
    } finally {
      closeAll(listeners);
    }
  });

  it('viewers over the limit are 503 with Retry-After; those who take nothing cost the others nothing', {
    timeout,
  }, async () => {
    await using watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    const before = residentBytes(pair.http.pid);
    const stuck = await rawConnections(pair.url(0), MAX_VIEWERS + 20);
    try {
      for (const { socket } of stuck) socket.pause();
      for (const viewer of stuck) viewer.send(request('/stream.mjpg'));
      await waitFor('the limit to be reached', async () => {
        const status = await (await fetch(pair.url(0, '/status'))).json();
        return (status as { viewers: number }).viewers >= MAX_VIEWERS;
      });
      const refused = await fetch(pair.url(0, '/stream.mjpg'));
      assert.equal(refused.status, 503);
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
      await sleep(2_000);
      await assertServed('/snapshot.jpg');
      await assertServed('/status');

      await watcher.assertUndisturbed();
      const grown = residentBytes(pair.http.pid) - before;
      assert.ok(grown < 100 * MIB, `${(grown / MIB).toFixed(0)} MiB more`);
    } finally {
      closeAll(stuck);
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
