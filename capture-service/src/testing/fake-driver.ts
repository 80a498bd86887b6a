// A camera driver that does what the test says, when it says so: no timers, no programs.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { ManualClock } from '@soft-stream/shared/runtime/manual-clock';
import type { CameraDriver, Located, OpenStream, Still, StillRequest, StreamEvents } from '../drivers/driver.ts';

export interface FakeStream {
  readonly events: StreamEvents;
  /** one JPEG; different bytes each time unless said otherwise */
  frame(byte?: number): void;
  /** ends by itself */
  end(cause: RestartCause, message?: string): void;
  readonly isOpen: boolean;
}

export interface FakeStill {
  readonly request: StillRequest;
  finish(change?: Partial<Still>): void;
  fail(error: Error): void;
}

export interface FakeDriver extends CameraDriver {
  /** undefined = not there; an error = listing fails */
  located: Located | undefined | Error;
  /** what stop() resolves with; `hold` keeps it from resolving until `letGo` */
  stuckInKernel: boolean;
  holdStops: boolean;
  letGo(): void;
  readonly looks: number;
  readonly streams: readonly FakeStream[];
  readonly stills: readonly FakeStill[];
  /** the stream opened last; throws when there is none */
  readonly stream: FakeStream;
  readonly still: FakeStill;
  /** what holds the camera now: must never be more than one */
  readonly holders: number;
  readonly mostHolders: number;
}

export const FOUND: Located = { id: '/base/i2c@88000/imx708@1a', model: 'imx708', index: 0 };

export function fakeDriver(clock: ManualClock, kind: CameraDriver['kind'] = 'rpicam'): FakeDriver {
  const streams: FakeStream[] = [];
  const stills: FakeStill[] = [];
  let waitingStops: (() => void)[] = [];
  let holders = 0;
  let mostHolders = 0;
  let looks = 0;
  let pid = 1000;
  let noise = 0;

  const hold = () => {
    holders += 1;
    mostHolders = Math.max(mostHolders, holders);
  };

  const openStream = (events: StreamEvents): OpenStream => {
    hold();
    let isOpen = true;
    const release = (cause: RestartCause, message: string) => {
      if (!isOpen) return;
      isOpen = false;
      holders -= 1;
      events.end({ cause, message, cameraMissing: false });
    };
    streams.push({
      events,
      get isOpen() {
        return isOpen;
      },
      frame(byte = noise++ % 251) {
        const jpeg = Uint8Array.of(0xff, 0xd8, byte, 0xff, 0xd9);
        const monotonicNs = clock.monotonicNs();
        events.frame({ jpeg, width: 1280, height: 720, monotonicNs, capturedAtMs: clock.nowMs() });
      },
      end: (cause, message = 'it said so') => release(cause, message),
    });
    pid += 1;
    return {
      pid,
      async stop() {
        if (driver.holdStops && isOpen) await new Promise<void>((resolve) => waitingStops.push(resolve));
        if (!driver.stuckInKernel) release('child exited', 'stopped');
        return { durationMs: 0, stuckInKernel: driver.stuckInKernel };
      },
    };
  };

  const driver: FakeDriver = {
    kind,
    traits: { frameSize: 'requested', framesDiffer: kind === 'rpicam' },
    located: FOUND,
    stuckInKernel: false,
    holdStops: false,
    letGo() {
      driver.holdStops = false;
      for (const resolve of waitingStops) resolve();
      waitingStops = [];
    },
    get looks() {
      return looks;
    },
    streams,
    stills,
    get stream() {
      const last = streams.at(-1);
      if (last === undefined) throw new Error('no stream was opened');
      return last;
    },
    get still() {
      const last = stills.at(-1);
      if (last === undefined) throw new Error('no still was asked for');
      return last;
    },
    get holders() {
      return holders;
    },
    get mostHolders() {
      return mostHolders;
    },
    async locate() {
      looks += 1;
      if (driver.located instanceof Error) throw driver.located;
      return driver.located;
    },
    async openStream(_located, events) {
      return openStream(events);
    },
    captureStill: (_located, request) =>
      new Promise((resolve, reject) => {
        hold();
        const settle = (act: () => void) => {
          holders -= 1;
          act();
        };
        request.signal.addEventListener('abort', () => settle(() => reject(request.signal.reason)));
        stills.push({
          request,
          finish: (change) => settle(() => resolve({ ...picture(clock), ...change })),
          fail: (error) => settle(() => reject(error)),
        });
      }),
  };
  return driver;
}

function picture(clock: ManualClock): Still {
  return {
    jpeg: Uint8Array.of(0xff, 0xd8, 1, 2, 3, 0xff, 0xd9),
    width: 1920,
    height: 1080,
    monotonicNs: clock.monotonicNs(),
    capturedAtMs: clock.nowMs(),
    focus: null,
    lensPosition: null,
  };
}
