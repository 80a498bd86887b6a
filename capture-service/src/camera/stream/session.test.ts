import assert from 'node:assert/strict';
import test from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { FOUND, fakeDriver } from '../../testing/fake-driver.ts';
import { openSession } from './session.ts';

const TIMEOUT = { timeout: 10_000 };

/** With a driver whose camera needs ten seconds to begin, and may be silent for five in between. */
async function patientSession(watchdogTimeoutMs: number) {
  const clock = manualClock();
  const driver = Object.assign(fakeDriver(clock, 'v4l2'), {
    patience: { firstFrameMs: 10_000, betweenFramesMs: 5_000 },
  });
  driver.located = FOUND;
  const silences: string[] = [];
  const nothing = () => undefined;
  const session = openSession(
    { driver, clock, focusFirst: false, watchdogTimeoutMs, freezeDetector: undefined },
    {
      ...{ located: nothing, opened: nothing, firstFrame: nothing, frame: nothing, heldBack: nothing, focus: nothing },
      ...{
        focusFigure: nothing,
        startCorrected: nothing,
        focusSettled: nothing,
        refocused: nothing,
        trouble: nothing,
        frozen: nothing,
        ended: nothing,
      },
      silent: (cause, message) => silences.push(`${clock.monotonicMs()} ${cause}: ${message}`),
    },
  );
  await clock.advance(0);
  return { clock, driver, session, silences };
}

test('a driver gets its time for the first frame, however short the watchdog is', TIMEOUT, async () => {
  const { clock, session, silences } = await patientSession(1_500);
  await clock.advance(60_000);
  assert.deepEqual(silences, ['10000 no first frame: no frame for 10 s']);
  session.stop();
});

test('after the first frame it is the shorter time between frames', TIMEOUT, async () => {
  const { clock, driver, session, silences } = await patientSession(1_500);
  await clock.advance(1_000);
  driver.stream.frame();
  await clock.advance(60_000);
  assert.deepEqual(silences, ['6000 stalled: no frame for 5 s']);
  session.stop();
});

test('a watchdog with more patience than the driver keeps its time; one that is off stays off', TIMEOUT, async () => {
  const long = await patientSession(20_000);
  await long.clock.advance(60_000);
  assert.deepEqual(long.silences, ['20000 no first frame: no frame for 20 s']);
  long.session.stop();

  const off = await patientSession(0);
  await off.clock.advance(3_600_000);
  assert.deepEqual(off.silences, []);
  off.session.stop();
});
