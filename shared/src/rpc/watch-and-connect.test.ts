import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '../runtime/clock.ts';
import { type ManualClock, manualClock } from '../runtime/manual-clock.ts';
import { connectPeer } from './client.ts';
import { createPeer, type RpcPeer } from './peer.ts';
import { listenUnix } from './server.ts';
import { watchAndConnect } from './watch-and-connect.ts';

const options = { timeout: 30_000 };
const log = pino({ level: 'silent' });

function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-watch-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

const listen = (path: string) =>
  listenUnix({ path, mode: 0o660, onConnection: (socket) => createPeer({ socket, log }), log });

/** Connections as they come. */
function watch(path: string, clock = systemClock) {
  const peers: RpcPeer[] = [];
  const waiting: (() => void)[] = [];
  const client = watchAndConnect({
    path,
    clock,
    log,
    onPeer(peer) {
      peers.push(peer);
      for (const wake of waiting.splice(0)) wake();
    },
  });
  const connected = async (count: number) => {
    while (peers.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    return peers[count - 1] as RpcPeer;
  };
  return { client, peers, connected };
}

/** Lets the 10 s of attempts pass. */
async function exhaustAttempts(clock: ManualClock) {
  while (clock.pendingTimers > 0 || clock.monotonicMs() < 15_000) {
    await clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('finding a server', options, () => {
  it('a server that is there is found at once, without a timer afterwards', options, async () => {
    using place = openFolder();
    const clock = manualClock();
    await using _server = await listen(join(place.folder, 'broker.sock'));

    const { client, connected } = watch(join(place.folder, 'broker.sock'), clock);
    await using _client = client;
    await connected(1);

    assert.equal(clock.pendingTimers, 0);
  });

  it(
    'attempts end after 10 s, and a server that comes later is found by the change of its folder',
    options,
    async () => {
      using place = openFolder();
      const clock = manualClock();
      const { client, peers, connected } = watch(join(place.folder, 'broker.sock'), clock);
      await using _client = client;

      await exhaustAttempts(clock);
      assert.deepEqual([clock.pendingTimers, peers.length], [0, 0]);
      await using _server = await listen(join(place.folder, 'broker.sock'));

      await connected(1);
    },
  );

  it('a restarted server is found again, as often as it restarts', options, async () => {
    using place = openFolder();
    const path = join(place.folder, 'broker.sock');
    const { client, connected } = watch(path);
    await using _client = client;

    for (let round = 1; round <= 3; round++) {
      const server = await listen(path);
      const peer = await connected(round);
      await server.close();
      await peer.closed;
    }
  });

  it('a folder that does not exist yet, nor the one above, is waited for', options, async () => {
    using place = openFolder();
    const clock = manualClock();
    const path = join(place.folder, 'run', 'soft-stream', 'broker.sock');
    const { client, connected } = watch(path, clock);
    await using _client = client;
    await exhaustAttempts(clock);

    mkdirSync(join(place.folder, 'run'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    mkdirSync(join(place.folder, 'run', 'soft-stream'));
    await using _server = await listen(path);

    await connected(1);
  });

  it('a folder that is removed and made again is watched again', options, async () => {
    using place = openFolder();
    const clock = manualClock();
    const folder = join(place.folder, 'soft-stream');
    const path = join(folder, 'broker.sock');
    const first = await listen(path);
    const { client, connected } = watch(path, clock);
    await using _client = client;
    const peer = await connected(1);

    await first.close();
    await peer.closed;
    rmSync(folder, { recursive: true });
    await exhaustAttempts(clock);
    await using _second = await listen(path);

    await connected(2);
  });

  it('after close nothing connects and no timer is left', options, async () => {
    using place = openFolder();
    const clock = manualClock();
    const { client, peers } = watch(join(place.folder, 'broker.sock'), clock);

    await client.close();
    await using _server = await listen(join(place.folder, 'broker.sock'));
    client.tryNow();
    await clock.advance(20_000);

    assert.deepEqual([peers.length, clock.pendingTimers], [0, 0]);
  });
});

describe('one attempt to connect', options, () => {
  it('fails with the reason of the system, for a socket that is not there', options, async () => {
    using place = openFolder();

    await assert.rejects(connectPeer({ path: join(place.folder, 'no.sock'), log }), {
      code: 'ERR_RPC_UNREACHABLE',
      message: /ENOENT/,
    });
  });

  it('an aborted attempt rejects with the reason of the signal', options, async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await assert.rejects(connectPeer({ path: '/nowhere.sock', signal, log }), /enough/);
  });
});
