import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { REQUESTS_PER_TURN, takeTurns } from './take-turns.ts';

const options = { timeout: 5_000 };

function harness() {
  const served: string[] = [];
  const listener = takeTurns(({ url = '' }) => void served.push(url));
  const ask = (url: string, socket = new Socket()) => {
    const request = new IncomingMessage(socket);
    request.url = url;
    listener(request, new ServerResponse(request));
  };
  return { served, ask };
}

test('a few requests are served at once, the others in the next turns, in their order', options, async () => {
  const { served, ask } = harness();
  const urls = Array.from({ length: 3 * REQUESTS_PER_TURN }, (_, number) => String(number));
  for (const url of urls) ask(url);
  assert.deepEqual(served, urls.slice(0, REQUESTS_PER_TURN));

  await nextTurn();
  assert.deepEqual(served, urls.slice(0, 2 * REQUESTS_PER_TURN));
  ask('last');
  await nextTurn();
  await nextTurn();

  assert.deepEqual(served, [...urls, 'last']);
});

test('one request a turn never waits', options, async () => {
  const { served, ask } = harness();
  for (let count = 1; count <= 20; count++) {
    ask(String(count));
    assert.equal(served.length, count);
    await nextTurn();
  }
});

test('whose connection is gone when the turn comes is not served', options, async () => {
  const { served, ask } = harness();
  const gone = new Socket();
  for (let count = 0; count < REQUESTS_PER_TURN; count++) ask('before');
  ask('gone', gone);
  ask('after');
  gone.destroy();
  await nextTurn();
  await nextTurn();

  assert.deepEqual(served.slice(REQUESTS_PER_TURN), ['after']);
});
