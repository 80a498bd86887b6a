import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { manualClock } from './manual-clock.ts';

import { openServiceManager } from './service-manager.ts';

const timeout = 10_000;

describe('a service under a service manager', () => {
  it('says that it is ready, and what it does', { timeout }, async (t) => {
    const { open, said } = listen(t);
    await using _ = open({ describe: () => 'cam0 idle' });

    assert.equal(said(), 'READY=1\nSTATUS=cam0 idle');
  });

  it('says what has changed at most once a second, and only when it reads differently', { timeout }, async (t) => {
    const { open, said, clock } = listen(t);
    let line = 'cam0 idle';
    await using manager = open({ describe: () => line });
    const before = said().length;

    line = 'cam0 starting';
    manager.changed();
    line = 'cam0 streaming';
    manager.changed();
    assert.equal(said().length, before);
    await clock.advance(1_000);
    assert.equal(said().slice(before), 'STATUS=cam0 streaming');

    manager.changed();
    await clock.advance(1_000);
    assert.equal(said().slice(before), 'STATUS=cam0 streaming');
  });

  it('feeds the watchdog twice in its interval', { timeout }, async (t) => {
    const { open, said, clock } = listen(t, { WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) });
    await using _ = open({ describe: () => '' });
    const pings = () => said().match(/WATCHDOG=1/g)?.length ?? 0;

    assert.equal(pings(), 1);
    await clock.advance(15_000);
    assert.equal(pings(), 2);
    await clock.advance(30_000);
    assert.equal(pings(), 4);
  });

  it('leaves a watchdog that is meant for another process alone', { timeout }, async (t) => {
    const { open, said, clock } = listen(t, { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' });
    await using _ = open({ describe: () => '' });
    await clock.advance(60_000);

    assert.doesNotMatch(said(), /WATCHDOG/);
  });

  it('says that it stops, and nothing afterwards', { timeout }, async (t) => {
    const { open, said, clock } = listen(t, { WATCHDOG_USEC: '30000000' });
    let line = 'cam0 idle';
    const manager = open({ describe: () => line });
    manager.changed();
    await manager[Symbol.asyncDispose]();
    line = 'cam0 absent';
    manager.changed();
    await clock.advance(60_000);

    assert.match(said(), /STOPPING=1$/);
  });

  it('goes on when the manager cannot be told', { timeout }, async () => {
    // A descriptor that nobody has.
    const manager = openServiceManager({ ...options, env: { SOFT_STREAM_NOTIFY_FD: '999' }, clock: manualClock() });
    await manager[Symbol.asyncDispose]();
  });

  it('without a manager says nothing and asks for no line', { timeout }, async () => {
    const describe = () => assert.fail('asked for');
    const manager = openServiceManager({ ...options, describe, env: { WATCHDOG_USEC: '1000' }, clock: manualClock() });
    manager.changed();
    await manager[Symbol.asyncDispose]();
  });
});

const options = { describe: () => '', log: pino({ level: 'silent' }) };

/** A file in the place of the socket: what was written can be read. */
function listen(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-notify-'));
  const path = join(folder, 'messages');
  const descriptor = openSync(path, 'w');
  t.after(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  const clock = manualClock();
  return {
    clock,
    said: () => readFileSync(path, 'utf8'),
    open: ({ describe }: { describe: () => string }) =>
      openServiceManager({ ...options, describe, env: { ...env, SOFT_STREAM_NOTIFY_FD: String(descriptor) }, clock }),
  };
}
