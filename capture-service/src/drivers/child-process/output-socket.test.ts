import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { startChild } from './child.ts';
import { openOutputSocket } from './output-socket.ts';

const TIMEOUT = { timeout: 20_000 };

const listeningNames = () =>
  readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    // of a socket that listens: state 01 with flag 00010000
    .flatMap((line) => / 00010000 0001 01 .*@(soft-stream-output-\w+)/.exec(line)?.[1] ?? []);

/** What a shell command prints, through the socket. */
async function run(command: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const child = startChild({
    program: '/bin/sh',
    args: ['-c', command],
    env: process.env,
    setpriv: '/usr/bin/setpriv',
    clock: systemClock,
    stdout: await openOutputSocket((chunk) => chunks.push(Buffer.from(chunk))),
    onStderr: () => undefined,
  });
  await child.ended;
  return Buffer.concat(chunks);
}

test('all that a child writes arrives in order, to the last byte before its end', TIMEOUT, async () => {
  const printed = await run('seq 1 500000');

  const expected = Array.from({ length: 500_000 }, (_, index) => `${index + 1}\n`).join('');
  assert.ok(printed.equals(Buffer.from(expected)));
});

test('a child may write as to a pipe: its end blocks', TIMEOUT, async () => {
  const flags = Number.parseInt(/flags:\s+(\d+)/.exec(String(await run('cat /proc/self/fdinfo/1')))?.[1] ?? '', 8);

  assert.equal(flags & 0o4000, 0, 'O_NONBLOCK is not set');
});

test('what outlives the program in its group is ended, and the socket with it', TIMEOUT, async () => {
  const printed = await run('echo gone; sleep 60 & exit 3');

  assert.equal(String(printed), 'gone\n');
});

test('a stranger who connects meanwhile is turned away, and no name is left', TIMEOUT, async () => {
  const before = new Set(listeningNames());
  const opening = openOutputSocket(() => undefined);
  const name = listeningNames().find((each) => !before.has(each));
  const stranger = connect(`\0${name}`);
  // Perhaps by a reset, which once() would take for a failure.
  stranger.on('error', () => undefined);
  const dismissed = new Promise((resolve) => stranger.resume().on('close', resolve));
  stranger.write('x'.repeat(16));

  const { far, near } = await opening;
  await dismissed;

  const ended = once(near, 'close');
  far.destroy();
  await ended;

  assert.deepEqual(
    listeningNames().filter((each) => each === name),
    [],
  );
});
