import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import { scriptPrograms } from '../testing/scripted-programs.ts';
import { createRpicamHost } from './host.ts';

const log = pino({ enabled: false });
const TIMEOUT = { timeout: 20_000 };
const LIST = `fs.appendFileSync(__dirname + '/runs', 'x');
  out("Available cameras\\n-----------------\\n0 : imx708 [4608x2592 10-bit RGGB] (/base/i2c@88000/imx708@1a)\\n");`;
const never = () => new AbortController().signal;

function hostWith(vid: string, clock = systemClock) {
  const scripted = scriptPrograms({ vid });
  const runs = () => {
    try {
      return readFileSync(join(scripted.folder, 'runs'), 'utf8').length;
    } catch {
      return 0;
    }
  };
  return {
    host: createRpicamHost({ programs: scripted.programs, clock, log }),
    runs,
    [Symbol.dispose]: () => scripted[Symbol.dispose](),
  };
}

test('whoever asks during a listing gets its result; the next one lists again', TIMEOUT, async () => {
  using fixture = hostWith(LIST);
  const { host, runs } = fixture;

  const [one, two] = await Promise.all([host.list(), host.list()]);
  assert.equal(one, two);
  assert.equal(runs(), 1);
  await host.list();

  assert.equal(runs(), 2);
});

test('nobody lists while an opened camera has not shown its first frame', TIMEOUT, async () => {
  using fixture = hostWith(LIST);
  const { host, runs } = fixture;
  const turn = await host.takeTurn();
  const listing = host.list();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(runs(), 0);

  turn.release();

  assert.equal((await listing).length, 1);
});

test(
  'a silent camera gives up its turn after five seconds, a configured one after one and a half',
  TIMEOUT,
  async () => {
    const clock = manualClock();
    using fixture = hostWith(LIST, clock);
    const { host } = fixture;
    const times: number[] = [];
    const silent = await host.takeTurn();
    const second = host.takeTurn().then((turn) => {
      times.push(clock.monotonicMs());
      turn.configured();
      turn.configured();
    });
    const third = host.takeTurn().then((turn) => {
      times.push(clock.monotonicMs());
      turn.release();
    });

    await clock.advance(20_000);
    silent.release();
    await Promise.all([second, third]);

    assert.deepEqual(times, [5_000, 6_500]);
    assert.equal(clock.pendingTimers, 0);
  },
);

test('a listing that hangs is killed and is an error, and the lock is free again', TIMEOUT, async () => {
  const clock = manualClock();
  using fixture = hostWith(
    'process.on("SIGINT", () => process.exit(0)); fs.writeFileSync(__dirname + "/runs", "x"); forever();',
    clock,
  );
  const { host, runs } = fixture;
  const listing = assert.rejects(host.list(), { code: 'ERR_LISTING', message: /longer than 10 s/ });
  while (runs() === 0) await new Promise((resolve) => setTimeout(resolve, 10));

  await clock.advance(10_000);

  await listing;
  (await host.takeTurn()).release();
});

test('a listing that nobody waits for any more is stopped', TIMEOUT, async () => {
  using fixture = hostWith('fs.writeFileSync(__dirname + "/runs", "x"); forever();');
  const { host, runs } = fixture;
  const controller = new AbortController();
  const listing = assert.rejects(host.locate(cameraConfig(), controller.signal), /enough/);
  while (runs() === 0) await new Promise((resolve) => setTimeout(resolve, 10));

  controller.abort(new Error('enough'));

  await listing;
  (await host.takeTurn()).release();
});

test('a camera that is not in the list is not found; one that is comes with its index of now', TIMEOUT, async () => {
  using fixture = hostWith(LIST);
  const { host } = fixture;

  assert.equal(await host.locate(cameraConfig({ id: 'i2c@80000/imx219@10' }), never()), undefined);
  assert.equal((await host.locate(cameraConfig({ id: 'i2c@88000/imx708@1a' }), never()))?.index, 0);
});
