// A camera on the test bench: a scripted driver, a clock turned by hand, and everything it reported.

import type { FrameNotification } from '@soft-stream/shared/api/broker-api';
import type { CameraState, CameraStatus } from '@soft-stream/shared/api/camera-status';
import { type ManualClock, manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { type CameraConfigChange, cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import { createCamera } from '../camera/camera.ts';
import type { Camera } from '../camera/camera-api.ts';
import type { FrameRing } from '../camera/stream/sink.ts';
import { createControls } from '../controls/controls.ts';
import type { CameraDriver } from '../drivers/driver.ts';
import { type FakeDriver, fakeDriver } from './fake-driver.ts';

export interface CameraBench {
  readonly camera: Camera;
  readonly driver: FakeDriver;
  readonly clock: ManualClock;
  readonly frames: readonly FrameNotification[];
  /** states in the order they were reported, without repetitions */
  readonly states: readonly CameraState[];
  readonly told: readonly CameraStatus[];
  readonly events: readonly string[];
  /** `{message, ...fields}` of every log line */
  readonly logged: readonly Record<string, unknown>[];
  /** what a listener does when it is notified; may ask the camera for something */
  onStatus: ((status: CameraStatus) => void) | undefined;
  /** lets due promises and timers run */
  settle(): Promise<void>;
}

export interface BenchOptions {
  readonly config?: CameraConfigChange;
  readonly kind?: CameraDriver['kind'];
  /** frames with more bytes do not fit */
  readonly slotBytes?: number;
}

export function cameraBench({ config, kind, slotBytes = 1_000 }: BenchOptions = {}): CameraBench {
  const clock = manualClock();
  const driver = fakeDriver(clock, kind);
  const frames: FrameNotification[] = [];
  const told: CameraStatus[] = [];
  const states: CameraState[] = [];
  const events: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const camera = createCamera({
    controls: createControls({ base: cameraConfig(config), initial: {}, save: () => undefined, clock, log }),
    driver,
    ring: countingRing(slotBytes),
    object: { name: '/soft-stream.test.cam0', byteLength: 4096 },
    clock,
    log,
    listener: {
      frame: (frame) => frames.push(frame),
      status(status) {
        told.push(status);
        if (states.at(-1) !== status.state) states.push(status.state);
        bench.onStatus?.(status);
      },
      controls: (changes) => events.push(`controls: ${changes.map(({ name, to }) => `${name}=${to}`).join(' ')}`),
      event: (event, message) => events.push(`${event}: ${message}`),
    },
  });
  const bench: CameraBench = {
    camera,
    driver,
    clock,
    frames,
    states,
    told,
    events,
    logged,
    onStatus: undefined,
    settle: () => clock.advance(0),
  };
  return bench;
}

function countingRing(slotBytes: number): FrameRing {
  let sequence = 0n;
  const publish: FrameRing['publish'] = ({ jpeg }) => {
    if (jpeg.byteLength > slotBytes) return undefined;
    sequence += 1n;
    return { sequence, slot: Number(sequence % 8n), byteLength: jpeg.byteLength };
  };
  return { publish, publishStill: publish };
}
