import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { guardConnections, REQUEST_WITHIN_MS } from './connection-guard.ts';

async function guardedServer(maxConnections?: number) {
  const clock = manualClock();
  const server = createServer((_, response) => response.end('ok'));
  guardConnections(server, clock, maxConnections);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await accepted;
  return { clock, server, socket };
}

test('a connection that asks for nothing is cut', { timeout: 10_000 }, async () => {
  const { clock, server, socket } = await guardedServer();
  const ended = once(socket, 'close');
  socket.resume();

  await clock.advance(REQUEST_WITHIN_MS + 5_000);

  await ended;
  server.close();
  assert.equal(clock.pendingTimers, 0);
});

test('a closed server leaves no timer that would keep the process', { timeout: 10_000 }, async () => {
  const { clock, server, socket } = await guardedServer();
  assert.equal(clock.pendingTimers, 1);

  const closed = once(server, 'close');
  server.close();
  socket.destroy();
  await closed;

  assert.equal(clock.pendingTimers, 0);
});

test('at the limit a newcomer takes the place of who has waited longest, and is answered', {
  timeout: 10_000,
}, async (t) => {
  const { server, socket: oldest } = await guardedServer(2);
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const oldestEnded = once(oldest.resume(), 'close');
  const accepted = once(server, 'connection');
  const younger = connect(port, '127.0.0.1').resume();
  await accepted;

  const answer = await fetch(`http://127.0.0.1:${port}/`);

  assert.equal(await answer.text(), 'ok');
  await oldestEnded;
  assert.equal(younger.readyState, 'open');
});

test('when everybody is being served a newcomer is told to come back', { timeout: 10_000 }, async (t) => {
  const server = createServer(() => undefined);
  guardConnections(server, manualClock(), 1);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const asked = once(server, 'request');
  const served = connect(port, '127.0.0.1', () => served.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  await asked;

  const late = connect(port, '127.0.0.1').setEncoding('latin1');
  const [text] = await once(late, 'data');

  assert.match(text, /^HTTP\/1\.1 503 .*\r\nRetry-After: 5\r\n/);
  const [, length, body = ''] = /\r\nContent-Length: (\d+)\r\n\r\n(.*)$/s.exec(text) ?? [];
  assert.equal(body.length, Number(length));
  assert.equal(served.readyState, 'open');
  served.destroy();
});
