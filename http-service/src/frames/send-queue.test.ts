import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSendQueues, readSendQueues, sendQueueKey } from './send-queue.ts';

const PROC_NET_TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:46A1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15 1 0 100 0 0 10 0
   1: 0100007F:46A1 0100007F:C350 01 0027AC40:00000000 01:00000014 00000000     0        0 16 2 0 20 4 30 10 -1
   2: 0100007F:46A1 0200007F:C350 01 00000001:00000000 01:00000014 00000000     0        0 17 2 0 20 4 30 10 -1
`;

test('send queues are found by their ports', { timeout: 5_000 }, () => {
  const queues = parseSendQueues(PROC_NET_TCP);

  assert.equal(queues.get(sendQueueKey(18081, 0)), '00000000');
  assert.equal(queues.get(sendQueueKey(18081, 50000)), '0027AC40,00000001');
  assert.equal(queues.get(sendQueueKey(18082, 50000)), undefined);
});

test('the table of this machine can be read', { timeout: 5_000 }, async () => {
  assert.ok((await readSendQueues()) instanceof Map);
});
