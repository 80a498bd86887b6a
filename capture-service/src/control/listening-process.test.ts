import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { listenUnix } from '@soft-stream/shared/rpc/server';
import { pino } from 'pino';
import { parseListening, processListeningIn } from './listening-process.ts';

it('finds who listens in a folder, also when the name is gone', { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-listening-'));
  assert.equal(processListeningIn(folder), undefined);
  const path = join(folder, 'control.sock');
  const server = await listenUnix({ path, mode: 0o600, onConnection() {}, log: pino({ level: 'silent' }) });

  assert.equal(processListeningIn(folder), process.pid);
  unlinkSync(path);
  assert.equal(processListeningIn(folder), process.pid);

  await server.close();
  assert.equal(processListeningIn(folder), undefined);
  rmSync(folder, { recursive: true });
});

it('connections, other folders and sockets without a name do not count', () => {
  const table = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000: 00000002 00000000 00010000 0001 01 101 /run/a/operator/.1a2b3c4d',
    '0000: 00000003 00000000 00000000 0001 03 102 /run/a/operator/.1a2b3c4d',
    '0000: 00000002 00000000 00010000 0001 01 103 /run/b/operator/.1a2b3c4d',
    '0000: 00000002 00000000 00010000 0001 01 104',
  ].join('\n');

  assert.deepEqual(parseListening(table, '/run/a/operator'), ['101']);
});
