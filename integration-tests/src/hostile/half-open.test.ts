// `printf '{...}' | nc -N -U SOCKET`: who asks and closes its side is answered, on both sockets, and stays for nothing else.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openDescriptors } from './process-cost.ts';

const timeout = 60_000;
let pair: Pair;

before(
  async () => {
    pair = await startPair();
  },
  { timeout },
);
after(() => pair[Symbol.asyncDispose](), { timeout });

const request = (method: string, params?: unknown) =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 'mine', method, params })}\n`;

/** Everything that comes back, until the service ends the connection. */
function ask(socketName: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path: join(pair.runDir, socketName), allowHalfOpen: true });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // A refusal may end in a reset.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
    socket.end(text);
  });
}

function answerIn(text: string): { readonly result?: unknown; readonly error?: unknown } {
  const messages = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id?: string });
  const mine = messages.filter(({ id }) => id === 'mine');
  assert.equal(mine.length, 1, text);
  return mine[0] as { result?: unknown };
}

describe('who asks and closes its side', { timeout }, () => {
  for (const [socketName, params] of [
    ['broker.sock', undefined],
    ['operator/control.sock', { camera: null }],
  ] as const) {
    it(`is answered on ${socketName}: what is known, and what is wrong`, { timeout }, async () => {
      const { result } = answerIn(await ask(socketName, request('status', params)));
      assert.equal((result as { cameras: unknown[] }).cameras.length, 2);
      assert.ok('error' in answerIn(await ask(socketName, request('nothing'))));
      assert.doesNotMatch(
        await ask(socketName, request('status', params).trim()),
        /"mine"/,
        'half a line is no request',
      );
    });
  }

  it('is answered what takes its time: a still, a listing of the cameras', { timeout }, async () => {
    const still = answerIn(await ask('broker.sock', request('still', { camera: 'cam0', full: false, notBeforeMs: 0 })));
    assert.ok(still.result, JSON.stringify(still));
    const cameras = answerIn(await ask('operator/control.sock', request('cameras')));
    assert.ok(cameras.result, JSON.stringify(cameras));
  });

  it('keeps no lease', { timeout }, async () => {
    const hello = `${JSON.stringify({ jsonrpc: '2.0', method: 'hello', params: { version: PRODUCT_VERSION } })}\n`;
    const lease = request('lease.open', { camera: 'cam1', viewers: 1 });
    const { result } = answerIn(await ask('broker.sock', hello + lease));

    assert.ok(result);
    await pair.untilStatus(1, 'is idle without a lease', ({ leases, state }) => leases === 0 && state === 'idle');
  });

  it('leaves nothing behind, two hundred times', { timeout }, async () => {
    const descriptors = openDescriptors(pair.capture.pid);
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 10 }, () => ask('broker.sock', round % 2 === 0 ? request('status') : '')));
    }

    await waitFor('descriptors to be as before', () => openDescriptors(pair.capture.pid) <= descriptors);
    assert.deepEqual(
      pair.capture.log.lines.filter(({ level }) => ['warn', 'error', 'fatal', 'raw'].includes(level)),
      [],
    );
  });
});
