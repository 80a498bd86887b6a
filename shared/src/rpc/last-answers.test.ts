import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { manualClock } from '../runtime/manual-clock.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { createPeer } from './peer.ts';
import { openSocketPair, readLines, untilClosed } from './test-connection.ts';

const options = { timeout: 20_000 };
const log = pino({ level: 'silent' });
const request = (id: number, method: string) => `${JSON.stringify({ jsonrpc: '2.0', id, method })}\n`;

/** A peer that serves a method which answers at once, one which answers when told, and one which never does. */
async function openBench() {
  const sockets = await openSocketPair(true);
  const clock = manualClock();
  let finish: (value: string) => void = () => undefined;
  let began: () => void = () => undefined;
  let asked: AbortSignal | undefined;
  const isServed = new Promise<void>((resolve) => {
    began = resolve;
  });
  const begin = (signal: AbortSignal) => {
    asked = signal;
    began();
  };
  const peer = createPeer({
    socket: sockets.server,
    clock,
    log,
    methods: {
      now: () => 'now',
      later: (_, { signal }) =>
        new Promise((resolve) => {
          finish = resolve;
          begin(signal);
        }),
      never: (_, { signal }) => {
        begin(signal);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      huge: () => 'x'.repeat(60_000),
    },
  });
  return { ...sockets, clock, peer, isServed, finish: () => finish('later'), signal: () => asked };
}

describe('who asks and closes its side', options, () => {
  it('gets the answer that is there at once, then the end', async () => {
    const { client, clock, ...bench } = await openBench();
    const { lines } = readLines(client);
    client.end(request(1, 'now'));
    await untilClosed(client);

    assert.deepEqual(lines, ['{"jsonrpc":"2.0","id":1,"result":"now"}']);
    await bench.peer.closed;
    assert.equal(clock.pendingTimers, 0);
    await bench[Symbol.asyncDispose]();
  });

  it('gets the answer that takes its time, and nothing that it did not ask for', async () => {
    const { client, clock, peer, isServed, ...bench } = await openBench();
    const { lines } = readLines(client);
    client.end(request(1, 'later'));
    await isServed;
    await peer.ended;
    assert.equal((peer.notify as (method: string, params: unknown) => boolean)('news', {}), false);
    bench.finish();
    await untilClosed(client);

    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [{ jsonrpc: '2.0', id: 1, result: 'later' }],
    );
    await peer.closed;
    assert.equal(clock.pendingTimers, 0);
    await bench[Symbol.asyncDispose]();
  });

  it('is closed when the answer takes longer than the limit, and the method is told', async () => {
    const { client, clock, peer, isServed, signal, ...bench } = await openBench();
    client.resume().end(request(1, 'never'));
    await isServed;
    await peer.ended;
    assert.equal(signal()?.aborted, false);
    await clock.advance(DEFAULT_LIMITS.halfOpenMs);
    await untilClosed(client);

    assert.equal(signal()?.aborted, true);
    await bench[Symbol.asyncDispose]();
  });

  it('is closed when it does not take its answers in time', async () => {
    const { client, clock, peer, ...bench } = await openBench();
    client.pause();
    client.end(Array.from({ length: 5 }, (_, id) => request(id, 'huge')).join(''));
    await peer.ended;
    assert.equal(peer.isClosed, false, 'what waits is waited for');
    await clock.advance(DEFAULT_LIMITS.halfOpenMs);
    await peer.closed;

    assert.equal(clock.pendingTimers, 0);
    await bench[Symbol.asyncDispose]();
  });
});

it('who asks and is gone altogether stops what it asked for at once', options, async () => {
  const { client, peer, isServed, signal, clock, ...bench } = await openBench();
  client.write(request(1, 'never'));
  await isServed;
  const aborted = once(signal() ?? new EventTarget(), 'abort');
  client.destroy();

  await aborted;
  await peer.closed;
  assert.equal(clock.pendingTimers, 0);
  await bench[Symbol.asyncDispose]();
});
