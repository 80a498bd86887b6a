// The whole pair on an imagined Pi: both real services, stand-ins for rpicam on PATH, short times, small pictures.
// Disposing asserts that nothing is left, no camera program either.

import assert from 'node:assert/strict';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { processesWith } from '../harness/leftovers.ts';
import { type Pair, type PairOptions, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createPi, IMX219, IMX708, type StandinPi } from '../rpicam-standins/create-world.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import { type Viewer, watch } from '../viewer/watch.ts';
import { noiseRecording } from './noise-recording.ts';

export type Model = 'imx219' | 'imx708';

export interface RigOptions {
  /** cam0, cam1: which sensor; the imx708 has autofocus, the imx219 a fixed focus (imx219 alone) */
  readonly models?: readonly Model[];
  /** of all cameras, from the start */
  readonly faults?: Faults;
  readonly env?: Readonly<Record<string, string>>;
  readonly start?: PairOptions['start'];
  /** see World */
  readonly timeScale?: number;
}

/** What /status of http-service tells beyond CameraStatus, as far as it is used here. */
export interface SeenStatus extends CameraStatus {
  readonly captureReachable: boolean;
  readonly picture: { readonly kind: string | null; readonly ageMs: number | null };
}

export interface Rig extends AsyncDisposable {
  readonly pi: StandinPi;
  readonly pair: Pair;
  watch(camera?: number): Promise<Viewer>;
  /** over HTTP */
  status(camera?: number): Promise<SeenStatus>;
  untilStatus(what: string, fits: (status: SeenStatus) => boolean, camera?: number): Promise<SeenStatus>;
  snapshot(query?: string, camera?: number): Promise<Response>;
  /** process ids of camera programs and listings that run now */
  programs(): number[];
  /** Resolves with how long it took until no camera program ran. @returns ms */
  untilReleased(): Promise<number>;
}

export const WATCHDOG_MS = 1_500;
export const FPS = 15;
/** For tests that are not about the watchdog: on a busy machine a start may take longer than its short time. */
export const PATIENT: Readonly<Record<string, string>> = { cam0_watchdog_timeout: '20' };

const SETTINGS: Readonly<Record<string, string>> = {
  driver: 'rpicam',
  width: '320',
  height: '240',
  fps: String(FPS),
  linger: '0.2',
  watchdog_timeout: String(WATCHDOG_MS / 1_000),
  snapshot_timeout: '4',
  full_interval: '0',
};

/** Id, whole; autofocus where there is a lens. */
function settingsOf(camera: number, model: Model): Record<string, string> {
  const own = {
    ...SETTINGS,
    id: model === 'imx708' ? IMX708.id : IMX219.id,
    name: model,
    autofocus: model === 'imx708' ? '1' : '0',
  };
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [`cam${camera}_${key}`, value]));
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { models = ['imx219'], faults = {}, env = {}, start, timeScale = 0.2 } = options;
  const recording = await noiseRecording();
  const pi = createPi(
    [IMX219, IMX708].map((each) => ({ ...each, recording, faults })),
    timeScale,
  );
  const programs = () => processesWith('RPICAM_STANDIN_WORLD', pi.folder).filter((pid) => !services().includes(pid));
  const services = () => (started ? processesWith('SOFT_STREAM_RUN_DIR', started.runDir) : []);
  let started: Pair | undefined;
  try {
    started = await startPair({
      cameras: models.length === 2 ? 2 : 1,
      env: { ...pi.env, ...Object.assign({}, ...models.map((model, at) => settingsOf(at, model))), ...env },
      ...(start && { start }),
    });
  } catch (error) {
    pi[Symbol.dispose]();
    throw error;
  }
  const pair = started;

  const rig: Rig = {
    pi,
    pair,
    programs,
    watch: (camera = 0) => watch(pair.url(camera, '/stream.mjpg')),
    async status(camera = 0) {
      const response = await fetch(pair.url(camera, '/status'));
      return (await response.json()) as SeenStatus;
    },
    async untilStatus(what, fits, camera = 0) {
      return await waitFor(`cam${camera} ${what}`, async () => {
        const status = await rig.status(camera);
        if (fits(status)) return status;
        throw new Error(`status was ${JSON.stringify(status)}`);
      });
    },
    snapshot: (query = '', camera = 0) => fetch(pair.url(camera, `/snapshot.jpg${query}`)),
    async untilReleased() {
      const startMs = performance.now();
      await waitFor('no camera program to run', () => programs().length === 0, { intervalMs: 10 });
      return performance.now() - startMs;
    },
    async [Symbol.asyncDispose]() {
      try {
        await pair[Symbol.asyncDispose]();
        await waitFor('no camera program to be left', () => programs().length === 0, { timeoutMs: 5_000 });
        assert.deepEqual(programs(), []);
      } finally {
        pi[Symbol.dispose]();
      }
    },
  };
  return rig;
}
