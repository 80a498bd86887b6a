import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { connectPeer } from './client.ts';
import { createPeer } from './peer.ts';
import { listenUnix } from './server.ts';

const options = { timeout: 30_000 };
const log = pino({ level: 'silent' });

function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-listen-'));
  return {
    folder,
    path: join(folder, 'broker.sock'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const listen = (path: string, more: object = {}) =>
  listenUnix({
    path,
    mode: 0o660,
    onConnection: (socket) => createPeer({ socket, methods: { hello: () => path }, log }),
    log,
    ...more,
  });

interface Hello {
  hello: { params: undefined; result: string };
}

async function callHello(path: string): Promise<string> {
  const peer = await connectPeer<Hello>({ path, log });
  try {
    return String(await peer.request('hello', undefined));
  } finally {
    peer.close();
  }
}

/** A process that listened and was killed: its socket is still there, and refuses. */
async function leaveSocketBehind(path: string) {
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('ready'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('listening on a unix socket', options, () => {
  it(
    'makes the folder and the socket with their modes, whatever the umask, and leaves nothing else',
    options,
    async () => {
      using place = openFolder();
      const path = join(place.folder, 'operator', 'control.sock');

      await using _server = await listen(path, { folderMode: 0o700, mode: 0o600 });

      assert.equal(lstatSync(join(place.folder, 'operator')).mode & 0o7777, 0o700);
      assert.equal(lstatSync(path).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(join(place.folder, 'operator')), ['control.sock']);
      assert.equal(await callHello(path), path);
    },
  );

  it('gives the name back at close, and ends its connections', options, async () => {
    using place = openFolder();
    const server = await listen(place.path);
    const peer = await connectPeer<Hello>({ path: place.path, log });
    await peer.request('hello', undefined);

    await Promise.all([server.close(), server.close()]);

    await peer.closed;
    assert.deepEqual(readdirSync(place.folder), []);
  });

  it('takes the place of a dead owner', options, async () => {
    using place = openFolder();
    await leaveSocketBehind(place.path);
    assert.ok(existsSync(place.path));

    await using _server = await listen(place.path);

    assert.equal(await callHello(place.path), place.path);
  });

  it('a live owner is left alone: exit code 69 and the path', options, async () => {
    using place = openFolder();
    await using _first = await listen(place.path);

    await assert.rejects(listen(place.path), (error: Error & { exitCode?: number; code?: string }) => {
      assert.deepEqual([error.exitCode, error.code], [69, 'ERR_SOCKET_TAKEN']);
      assert.ok(error.message.includes(`already running: another instance listens on ${place.path}`), error.message);
      return true;
    });

    assert.equal(await callHello(place.path), place.path);
    assert.deepEqual(readdirSync(place.folder), ['broker.sock']);
  });

  it('of two that start together over a dead owner, one gets it and the other is told', options, async () => {
    using place = openFolder();
    await leaveSocketBehind(place.path);

    const outcomes = await Promise.allSettled([listen(place.path), listen(place.path)]);
    const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.exitCode] : []));
    const answer = await callHello(place.path);
    for (const server of servers) await server.close();

    assert.deepEqual([servers.length, failures], [1, [69]]);
    assert.equal(answer, place.path);
  });

  it('at close a successor on the same name keeps its socket', options, async () => {
    using place = openFolder();
    const first = await listen(place.path);
    unlinkSync(place.path);
    await using _second = await listen(place.path);

    await first.close();

    assert.equal(await callHello(place.path), place.path);
  });

  it('a file that is no socket is not removed', options, async () => {
    using place = openFolder();
    writeFileSync(place.path, 'precious');

    await assert.rejects(listen(place.path), { exitCode: 69, message: /is not a socket/ });

    assert.deepEqual(readdirSync(place.folder), ['broker.sock']);
  });

  it('a symbolic link is not followed', options, async () => {
    using place = openFolder();
    await using _other = await listen(join(place.folder, 'other.sock'));
    symlinkSync(join(place.folder, 'other.sock'), place.path);

    await assert.rejects(listen(place.path), { exitCode: 69, message: /is not a socket/ });
  });

  it('a folder that cannot be made is exit code 78 with what to do', options, async () => {
    using place = openFolder();
    writeFileSync(join(place.folder, 'file'), '');

    await assert.rejects(listen(join(place.folder, 'file', 'broker.sock')), {
      exitCode: 78,
      message: /SOFT_STREAM_RUN_DIR/,
    });
  });

  it('a folder that is not writable is exit code 78', {
    ...options,
    skip: process.getuid?.() === 0 && !existsSync('/proc/self'),
  }, async () => {
    // /proc is writable for nobody, root included.
    await assert.rejects(listen('/proc/broker.sock'), { exitCode: 78, message: /cannot use the folder \/proc / });
  });

  it('a path longer than a socket may have is exit code 78', options, async () => {
    using place = openFolder();

    await assert.rejects(listen(join(place.folder, 'x'.repeat(107))), { exitCode: 78, message: /at most 107/ });
  });

  it('the longest path works', options, async () => {
    using place = openFolder();
    const folder = join(place.folder, 'y'.repeat(107 - place.folder.length - 1 - '/broker.sock'.length));
    mkdirSync(folder);
    const path = join(folder, 'broker.sock');
    assert.equal(path.length, 107);

    await using _server = await listen(path);

    assert.equal(await callHello(path), path);
  });

  it('one connection too many is closed, the others go on', options, async () => {
    using place = openFolder();
    await using server = await listen(place.path, { maxConnections: 1 });
    const first = await connectPeer<Hello>({ path: place.path, log });
    await first.request('hello', undefined);

    const second = connect(place.path);
    second.on('error', () => {});
    second.resume();
    await once(second, 'close');

    assert.equal(await first.request('hello', undefined), place.path);
    assert.equal(server.connections, 1);
    first.close();
  });

  it('a folder moved away while listening does not make close fail', options, async () => {
    using place = openFolder();
    const folder = join(place.folder, 'run');
    const server = await listen(join(folder, 'broker.sock'));
    renameSync(folder, join(place.folder, 'moved'));

    await server.close();
  });
});
