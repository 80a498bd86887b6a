import assert from 'node:assert/strict';
import { it } from 'node:test';
import { likelyCause } from './likely-cause.ts';

const causes: readonly (readonly [string, 'deleted' | 'replaced', number, RegExp])[] = [
  ['/dev/shm/soft-stream.cam0', 'deleted', 1000, /systemd-logind .*RemoveIPC=yes.*enable-linger/],
  ['/dev/shm/soft-stream.cam0', 'deleted', 999, /by hand/],
  ['/run/user/1000/soft-stream/broker.sock', 'deleted', 1000, /runtime directory goes at the last logout/],
  ['/tmp/soft-stream-1000/broker.sock', 'deleted', 1000, /cleaner of temporary files/],
  ['/run/soft-stream/broker.sock', 'deleted', 990, /by hand, or the service manager/],
  ['/dev/shm/soft-stream.cam0', 'replaced', 1000, /something else in its place/],
];

for (const [path, how, uid, expected] of causes) {
  it(`${path} ${how} for user ${uid}: ${expected.source}`, () => {
    assert.match(likelyCause(path, how, uid), expected);
  });
}
