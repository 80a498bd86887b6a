import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { RPC_ERRORS } from '../api/broker-api.ts';
import { manualClock } from '../runtime/manual-clock.ts';
import type { NoMethods } from './methods.ts';
import { integer, readParams } from './params.ts';
import { createPeer } from './peer.ts';
import { RpcError } from './rpc-error.ts';
import { openSocketPair, readLines, untilClosed } from './test-connection.ts';

interface Sums {
  add: { params: { readonly a: number; readonly b: number }; result: number };
  fail: { params: undefined; result: null };
  refuse: { params: undefined; result: null };
  wait: { params: undefined; result: string };
  huge: { params: undefined; result: string };
}
interface Ticks {
  tick: { readonly n: number };
}

const log = pino({ level: 'silent' });
const methods = {
  add(params: unknown) {
    const { a, b } = readParams(params, { a: integer(-100, 100), b: integer(-100, 100) });
    return a + b;
  },
  fail: () => Promise.reject(new Error('secret detail')),
  refuse: () => Promise.reject(new RpcError(RPC_ERRORS.heldOff, 'held off', { reason: 'by the operator' })),
  wait: (_: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  huge: () => 'x'.repeat(70_000),
};
const options = { timeout: 20_000 };

describe('peer: messages on the wire', options, () => {
  const cases: [string, string, string][] = [
    [
      'a request is answered',
      '{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}}',
      '{"jsonrpc":"2.0","id":1,"result":3}',
    ],
    [
      'a string id comes back',
      '{"jsonrpc":"2.0","id":"q","method":"add","params":{"a":1,"b":2}}',
      '{"jsonrpc":"2.0","id":"q","result":3}',
    ],
    [
      'an unknown method is -32601',
      '{"jsonrpc":"2.0","id":2,"method":"nope"}',
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no such method"}}',
    ],
    [
      'a name from Object.prototype is unknown',
      '{"jsonrpc":"2.0","id":2,"method":"constructor"}',
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no such method"}}',
    ],
    [
      'wrong params are -32602 and say what is allowed',
      '{"jsonrpc":"2.0","id":3,"method":"add","params":{"a":1,"b":"2"}}',
      '{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"b must be an integer from -100 to 100"}}',
    ],
    [
      'an unexpected failure is -32603 without its text',
      '{"jsonrpc":"2.0","id":4,"method":"fail"}',
      '{"jsonrpc":"2.0","id":4,"error":{"code":-32603,"message":"internal error"}}',
    ],
    [
      'an RpcError is sent as it is',
      '{"jsonrpc":"2.0","id":5,"method":"refuse"}',
      '{"jsonrpc":"2.0","id":5,"error":{"code":1003,"message":"held off","data":{"reason":"by the operator"}}}',
    ],
    [
      'a result that does not fit is an error',
      '{"jsonrpc":"2.0","id":6,"method":"huge"}',
      '{"jsonrpc":"2.0","id":6,"error":{"code":-32603,"message":"70037 bytes do not fit a message of 65536 bytes"}}',
    ],
    [
      'text that is not JSON is -32700',
      'hello',
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}}',
    ],
    ['an empty line is -32700', '', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}}'],
    [
      'a batch is -32600',
      '[]',
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batches are not supported"}}',
    ],
  ];
  for (const [title, sent, answered] of cases) {
    it(title, options, async () => {
      await using pair = await openSocketPair();
      createPeer({ socket: pair.server, methods, log });
      const answers = readLines(pair.client);

      pair.client.write(`${sent}\n`);

      assert.equal(await answers.next(), answered);
    });
  }

  it('bytes that are not UTF-8 are -32700 and the connection goes on', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log });
    const answers = readLines(pair.client);

    pair.client.write(Buffer.from([0xff, 0xfe, 0x0a]));
    pair.client.write('{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}}\n');

    assert.equal(await answers.next(), '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not UTF-8"}}');
    assert.equal(await answers.next(), '{"jsonrpc":"2.0","id":1,"result":3}');
  });

  it('a line that never ends is an error and a closed connection', options, async () => {
    await using pair = await openSocketPair();
    const peer = createPeer({ socket: pair.server, methods, log });
    const answers = readLines(pair.client);

    pair.client.write(Buffer.alloc(70_000, 'a'));

    assert.equal(
      await answers.next(),
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"a message must have at most 65536 bytes"}}',
    );
    await peer.closed;
    await untilClosed(pair.client);
  });
});

describe('peer: both directions', options, () => {
  it('requests and notifications travel both ways on one connection', options, async () => {
    await using pair = await openSocketPair();
    const ticks: unknown[] = [];
    const server = createPeer<NoMethods, Ticks>({ socket: pair.server, methods, log });
    const client = createPeer<Sums>({
      socket: pair.client,
      notifications: { tick: (params) => ticks.push(params) },
      log,
    });

    server.notify('tick', { n: 1 });

    assert.equal(await client.request('add', { a: 20, b: 22 }), 42);
    assert.deepEqual(ticks, [{ n: 1 }]);
  });

  it('an error answer rejects with its code and data', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log });
    const client = createPeer<Sums>({ socket: pair.client, log });

    await assert.rejects(client.request('refuse', undefined), (error) => {
      assert.ok(error instanceof RpcError);
      assert.equal(error.rpcCode, RPC_ERRORS.heldOff);
      assert.deepEqual(error.data, { reason: 'by the operator' });
      return true;
    });
  });

  it('a request times out by the clock, and leaves no timer behind', options, async () => {
    await using pair = await openSocketPair();
    const clock = manualClock();
    createPeer({ socket: pair.server, methods, log });
    const client = createPeer<Sums>({ socket: pair.client, clock, log });

    const late = assert.rejects(client.request('wait', undefined, { timeoutMs: 500 }), { code: 'ERR_RPC_TIMEOUT' });
    await clock.advance(501);
    await late;
    assert.equal(await client.request('add', { a: 1, b: 1 }), 2);

    assert.equal(clock.pendingTimers, 0);
  });

  it('an aborted request rejects with the reason of the signal', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log });
    const client = createPeer<Sums>({ socket: pair.client, log });
    const abort = new AbortController();

    const aborted = assert.rejects(client.request('wait', undefined, { signal: abort.signal }), /enough/);
    abort.abort(new Error('enough'));

    await aborted;
  });

  it(
    'the end of the connection rejects what waits, aborts what is served, and every later request',
    options,
    async () => {
      await using pair = await openSocketPair();
      const server = createPeer({ socket: pair.server, methods, log });
      const client = createPeer<Sums>({ socket: pair.client, log });

      const waiting = assert.rejects(client.request('wait', undefined), { code: 'ERR_RPC_CLOSED' });
      server.close();

      await waiting;
      await client.closed;
      await assert.rejects(client.request('add', { a: 1, b: 1 }), { code: 'ERR_RPC_CLOSED' });
    },
  );

  it('an unknown answer or notification is ignored', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log });
    const answers = readLines(pair.client);

    pair.client.write('{"jsonrpc":"2.0","id":77,"result":1}\n{"jsonrpc":"2.0","method":"what"}\n');
    pair.client.write('{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}}\n');

    assert.equal(await answers.next(), '{"jsonrpc":"2.0","id":1,"result":3}');
  });
});

describe('peer: limits', options, () => {
  it('above the rate requests are answered with 1005 and when to come again', options, async () => {
    await using pair = await openSocketPair();
    const clock = manualClock();
    createPeer({ socket: pair.server, methods, log, clock, limits: { rate: { perSecond: 10, burst: 2 } } });
    const client = createPeer<Sums>({ socket: pair.client, log });

    await client.request('add', { a: 1, b: 1 });
    await client.request('add', { a: 1, b: 1 });
    await assert.rejects(client.request('add', { a: 1, b: 1 }), {
      rpcCode: RPC_ERRORS.rateLimited,
      data: { retryAfterMs: 100 },
    });
    await clock.advance(100);

    assert.equal(await client.request('add', { a: 1, b: 1 }), 2);
  });

  it('a flood ends in a closed connection', options, async () => {
    await using pair = await openSocketPair();
    const peer = createPeer({ socket: pair.server, methods, log, limits: { maxRefused: 50 } });
    pair.client.resume();

    pair.client.write('{}\n'.repeat(20_000));

    await peer.closed;
  });

  it('requests served at once are bounded', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log, limits: { maxRequestsServed: 1 } });
    const client = createPeer<Sums>({ socket: pair.client, log });
    const waiting = client.request('wait', undefined);
    waiting.catch(() => {});

    await assert.rejects(client.request('add', { a: 1, b: 1 }), { rpcCode: RPC_ERRORS.rateLimited });
  });

  it('requests sent at once are bounded', options, async () => {
    await using pair = await openSocketPair();
    createPeer({ socket: pair.server, methods, log });
    const client = createPeer<Sums>({ socket: pair.client, log, limits: { maxRequestsSent: 1 } });
    client.request('wait', undefined).catch(() => {});

    await assert.rejects(client.request('add', { a: 1, b: 1 }), { code: 'ERR_RPC_BUSY' });
  });

  it('a reader that stops misses droppable notifications, and is closed for the others', options, async () => {
    await using pair = await openSocketPair();
    const server = createPeer<NoMethods, { text: string[]; frame: string[] }>({ socket: pair.server, log });
    pair.client.pause();

    let sent = 0;
    while (server.notify('frame', ['x'.repeat(1_000)], { droppable: true }) && sent < 10_000) sent += 1;
    const waitingWhenDropped = pair.server.writableLength;
    const keepsOpen = !server.isClosed;
    for (let more = 0; more < 400 && !server.isClosed; more++) server.notify('text', ['x'.repeat(1_000)]);

    assert.ok(sent > 10 && sent < 10_000, `${sent} sent`);
    assert.ok(waitingWhenDropped < 20_000, `${waitingWhenDropped} bytes wait`);
    assert.equal(keepsOpen, true);
    assert.equal(server.isClosed, true);
  });
});
