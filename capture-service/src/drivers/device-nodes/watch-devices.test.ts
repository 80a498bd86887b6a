import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { pino } from 'pino';
import { watchDevices } from './watch-devices.ts';

const log = pino({ enabled: false });
const TIMEOUT = { timeout: 10_000 };

test('camera nodes that come or go are told of once they settle; other devices never', TIMEOUT, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-'));
  const clock = manualClock();
  let changes = 0;
  await using watching = watchDevices({ folder, clock, log, onChange: () => changes++ });
  const make = (name: string) => writeFileSync(join(folder, name), '');
  const settled = async () => {
    while (clock.pendingTimers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  make('ttyUSB0');
  make('media0');
  make('v4l-subdev0');
  await settled();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await clock.advance(1_000);
  assert.equal(changes, 1);
  rmSync(join(folder, 'media0'));
  await settled();
  await clock.advance(1_000);

  assert.equal(changes, 2);
  assert.equal(watching.isWatching, true);
  assert.equal(clock.pendingTimers, 0);
  rmSync(folder, { recursive: true });
});

test('a folder that is not there is no failure', TIMEOUT, async () => {
  await using watching = watchDevices({ folder: '/nowhere', clock: manualClock(), log, onChange: () => undefined });

  assert.equal(watching.isWatching, false);
});
