import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { REQUEST_WITHIN_MS } from './connection-guard.ts';
import { createHttpServer } from './http-server.ts';

const options = { timeout: 20_000 };

async function harness() {
  const clock = manualClock();
  const server = createHttpServer({ handler: (_request, response) => response.end('ok'), maxConnections: 10, clock });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = async () => {
    const accepted = once(server, 'connection');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    await accepted;
    return socket;
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { clock, open, close };
}

test('who sends headers a byte at a time is cut off', options, async () => {
  const { clock, open, close } = await harness();
  const socket = await open();
  socket.write('GET / HTTP/1.1\r\nX: ');

  await clock.advance(REQUEST_WITHIN_MS / 2);
  socket.write('y');
  const closed = once(socket, 'close');
  await clock.advance(REQUEST_WITHIN_MS);

  await closed;
  assert.equal(clock.pendingTimers, 0);
  await close();
});

test('an answered connection may ask again, and no timer runs without connections', options, async () => {
  const { clock, open, close } = await harness();
  assert.equal(clock.pendingTimers, 0);
  const socket = await open();
  await clock.advance(REQUEST_WITHIN_MS - 5_000);

  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'data');
  await clock.advance(REQUEST_WITHIN_MS - 5_000);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'data');

  const closed = once(socket, 'close');
  await clock.advance(2 * REQUEST_WITHIN_MS);
  await closed;
  assert.equal(clock.pendingTimers, 0);
  await close();
});
