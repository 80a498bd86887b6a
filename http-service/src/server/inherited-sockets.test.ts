import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { readInheritedSockets, tcpAddress, warnAboutLeftSockets } from './inherited-sockets.ts';

describe('sockets that systemd passes on', () => {
  it('are found by their address, and each is taken once', () => {
    const inherited = readInheritedSockets('3 127.0.0.1:18081\n4 [::1]:18082\n5 /run/soft-stream-web/cam 0.sock');

    assert.equal(inherited.take(tcpAddress('localhost', 18_081)), 3);
    assert.equal(inherited.take(tcpAddress('localhost', 18_081)), undefined);
    assert.equal(inherited.take(tcpAddress('::1', 18_082)), 4);
    assert.equal(inherited.take('/run/soft-stream-web/cam 0.sock'), 5);
  });

  it('are named when no camera has their address', () => {
    const inherited = readInheritedSockets('3 127.0.0.1:18081\n4 0.0.0.0:9000');
    inherited.take('127.0.0.1:18081');

    assert.deepEqual(inherited.left, ['0.0.0.0:9000']);
  });

  it('that are left are a warning with the command that lets systemd know', () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });

    warnAboutLeftSockets(readInheritedSockets('3 127.0.0.1:18081'), log);
    warnAboutLeftSockets(readInheritedSockets(undefined), log);

    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /127\.0\.0\.1:18081.*systemctl daemon-reload/);
  });

  it('are none without a service manager, and none that are not well-formed', () => {
    assert.deepEqual(readInheritedSockets(undefined).left, []);
    assert.deepEqual(readInheritedSockets('three 127.0.0.1:1\n3\n\n-1 x\n99999 127.0.0.1:2').left, []);
  });
});
