import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { manualClock } from '../runtime/manual-clock.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { integer, readParams } from './params.ts';
import { createPeer } from './peer.ts';
import { openSocketPair, readLines, untilClosed } from './test-connection.ts';

const numRuns = FUZZ_RUNS;
const options = { timeout: FUZZ_TIMEOUT_MS };
const log = pino({ level: 'silent' });
const methods = { add: (params: unknown) => readParams(params, { a: integer(0, 9) }).a + 1 };

const hostileLine = fc.oneof(
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(`${text}\n`)),
  fc
    .record(
      {
        jsonrpc: fc.constant('2.0'),
        id: fc.oneof(fc.nat(3), fc.string(), fc.constant(null)),
        method: fc.constantFrom('add', 'toString', '__proto__', ''),
        params: fc.jsonValue(),
      },
      { requiredKeys: ['jsonrpc'] },
    )
    .map((value) => Buffer.from(`${JSON.stringify(value)}\n`)),
  fc
    .record({ jsonrpc: fc.constant('2.0'), id: fc.nat(3), result: fc.jsonValue() })
    .map((value) => Buffer.from(`${JSON.stringify(value)}\n`)),
);

describe('peer: hostile input', options, () => {
  it('whatever came before, a correct request is still answered, or the connection is closed', options, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileLine, { maxLength: 20 }), async (lines) => {
        await using pair = await openSocketPair();
        const peer = createPeer({ socket: pair.server, methods, log });
        const answers = readLines(pair.client);

        pair.client.write(Buffer.concat(lines));
        pair.client.write('\n{"jsonrpc":"2.0","id":"last","method":"add","params":{"a":1}}\n');

        let answer = '';
        while (!answer.includes('"id":"last"') && !peer.isClosed) {
          answer = await answers.next();
          assert.equal(JSON.parse(answer).jsonrpc, '2.0');
        }
        assert.equal(answer, '{"jsonrpc":"2.0","id":"last","result":2}');
      }),
      { numRuns },
    );
  });

  it('a peer that sends without end and never reads costs bounded memory', options, async () => {
    await using pair = await openSocketPair();
    const clock = manualClock();
    const limits = { rate: { perSecond: 1e9, burst: 1e9 } };
    const peer = createPeer({ socket: pair.server, methods, log, clock, limits });
    pair.client.pause();
    const before = process.memoryUsage().rss;

    const request = `${JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(64), method: 'add', params: { a: 1 } })}\n`;
    const chunk = request.repeat(500);
    let most = 0;
    for (let sent = 0; sent < 1_000 && !peer.isClosed; sent++) {
      if (!pair.client.write(chunk))
        await Promise.race([once(pair.client, 'drain'), peer.closed, untilClosed(pair.client)]);
      most = Math.max(most, pair.server.writableLength);
    }

    assert.equal(peer.isClosed, true);
    assert.ok(most <= 256 * 1024 + 65_536, `${most} bytes waited`);
    assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024);
  });
});
