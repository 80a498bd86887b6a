import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createHttpServer } from './http-server.ts';
import { PIPELINED_ALWAYS, PIPELINED_IN_ALL } from './pipelining.ts';

const timeout = 10_000;

async function listen(t: TestContext, handler: RequestListener) {
  const server = createHttpServer({ handler, maxConnections: 10, clock: manualClock() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      .setEncoding('latin1')
      .resume();
    socket.on('error', () => undefined);
    return socket;
  };
}

const requests = (count: number, from = 0) =>
  Array.from({ length: count }, (_, number) => `GET /${from + number} HTTP/1.1\r\nHost: x\r\n\r\n`).join('');

/** Resolves with the numbers that were answered, in their order. */
async function answers(socket: ReturnType<typeof connect>, count: number): Promise<number[]> {
  let text = '';
  const numbers = () => [...text.matchAll(/number (\d+)\n/g)].map(([, number]) => Number(number));
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (numbers().length >= count) break;
  }
  return numbers();
}

test('who sends a hundred requests at once is answered each, in order, and may go on', { timeout }, async (t) => {
  const open = await listen(t, ({ url }, response) => void response.end(`number ${url?.slice(1)}\n`));
  const socket = open();

  for (let round = 0; round < 5; round++) {
    socket.write(requests(100));
    assert.deepEqual(
      await answers(socket, 100),
      Array.from({ length: 100 }, (_, number) => number),
    );
  }
});

test('a request beyond what may wait in all ends its connection, and the rest is not served', {
  timeout,
}, async (t) => {
  let served = 0;
  const open = await listen(t, () => void served++);
  const socket = open();

  socket.write(requests(1_000));
  await once(socket, 'close');

  assert.ok(served <= PIPELINED_ALWAYS + PIPELINED_IN_ALL, `${served} served`);
});

test('while all of it is taken others have their share, and when its owner leaves there is room again', {
  timeout,
}, async (t) => {
  let isHolding = true;
  let held = 0;
  const open = await listen(t, ({ url }, response) => {
    if (isHolding) held++;
    else response.end(`number ${url?.slice(1)}\n`);
  });
  const greedy = open();
  greedy.write(requests(PIPELINED_ALWAYS + PIPELINED_IN_ALL));
  while (held < PIPELINED_ALWAYS + PIPELINED_IN_ALL) await new Promise((resolve) => setImmediate(resolve));
  isHolding = false;

  const modest = open();
  modest.write(requests(PIPELINED_ALWAYS));
  assert.equal((await answers(modest, PIPELINED_ALWAYS)).length, PIPELINED_ALWAYS);
  const refused = open();
  refused.write(requests(PIPELINED_ALWAYS + 1));
  await once(refused, 'close');

  // Ending its side alone would say that it still reads.
  greedy.resetAndDestroy();
  await once(greedy, 'close');
  const next = open();
  next.write(requests(100));
  assert.equal((await answers(next, 100)).length, 100);
});
