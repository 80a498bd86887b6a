import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseSendQueues, readUnderWay } from './under-way.ts';

const PROC_NET_TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:46A1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15 1 0 100 0 0 10 0
   1: 0100007F:46A1 0100007F:C350 01 0027AC40:00000000 01:00000014 00000000  1000        0 16 2 0 20 4 30 10 -1
   2: 0100007F:46A1 0200007F:C350 01 00000001:00000000 01:00000014 00000000     0        0 171234 2 0 20 4 30 10 -1
`;
const PROC_NET_TCP6 =
  '   0: 00000000000000000000000001000000:46A1 00000000000000000000000001000000:C350 01 00000010:00000000 02:000 0 0 0 18 2';

test('send queues are found by the inode of their socket', { timeout: 5_000 }, () => {
  assert.deepEqual(
    [...parseSendQueues(PROC_NET_TCP)],
    [
      ['15', 0],
      ['16', 0x27ac40],
      ['171234', 1],
    ],
  );
  assert.deepEqual([...parseSendQueues(PROC_NET_TCP6)], [['18', 16]]);
});

/** Both ends of a connection, the far one not reading. */
async function connection(address: { host: string; port: 0 } | { path: string }) {
  const server = createServer({ pauseOnConnect: true }).listen(address);
  await once(server, 'listening');
  const bound = server.address();
  const [[near], far] = await Promise.all([
    once(server, 'connection') as Promise<[Socket]>,
    Promise.resolve(
      typeof bound === 'string' ? connect(bound) : connect(bound?.port ?? 0, (address as { host: string }).host),
    ),
  ]);
  far.pause();
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      near.destroy();
      far.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

for (const host of ['127.0.0.1', '::1']) {
  test(`what a viewer at ${host} has not read is under way, wherever it waits`, { timeout: 20_000 }, async () => {
    await using one = await connection({ host, port: 0 });
    await using other = await connection({ host, port: 0 });
    const bytes = Buffer.alloc(12_000_000);

    assert.equal(readUnderWay([one.near]).get(one.near), 0);
    one.near.write(bytes);

    const underWay = readUnderWay([one.near, other.near]);
    const rest = underWay.get(one.near) ?? 0;
    assert.ok(rest > 1_000_000 && rest <= bytes.byteLength, `${rest} bytes`);
    assert.equal(underWay.get(other.near), 0);

    one.far.resume();
    while (readUnderWay([one.near]).get(one.near) !== 0) await sleep(10);
  });
}

test('nothing is known of a unix socket and of a closed one', { timeout: 5_000 }, async () => {
  await using local = await connection({ path: join(tmpdir(), `under-way-${process.pid}.sock`) });
  await using closed = await connection({ host: '127.0.0.1', port: 0 });
  closed.near.destroy();
  await once(closed.near, 'close');

  assert.equal(readUnderWay([local.near, closed.near]).size, 0);
});
