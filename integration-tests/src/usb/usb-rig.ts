// The whole pair on an imagined USB bus, with CSI cameras beside it where a test wants them: both real services, the
// stand-ins for v4l2-ctl on PATH, short times, small pictures. Disposing asserts that nothing is left.

import assert from 'node:assert/strict';
import { noiseRecording } from '../faults/noise-recording.ts';
import type { SeenStatus } from '../faults/rig.ts';
import { processesWith } from '../harness/leftovers.ts';
import { type Pair, type PairOptions, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { C920, CHEAP, createUsbBus, type UsbBus } from '../v4l2-standins/create-usb-bus.ts';
import type { UsbCamera, UsbWorld } from '../v4l2-standins/world.ts';
import { type Viewer, watch } from '../viewer/watch.ts';

export interface UsbRigOptions {
  /** what is on the bus (the C920, then the cheap one) */
  readonly cameras?: readonly UsbCamera[];
  /** how many of them are configured (1) */
  readonly configured?: 1 | 2;
  readonly env?: Readonly<Record<string, string>>;
  readonly version?: UsbWorld['version'];
  readonly start?: PairOptions['start'];
}

export interface UsbRig extends AsyncDisposable {
  readonly usb: UsbBus;
  readonly pair: Pair;
  watch(camera?: number): Promise<Viewer>;
  status(camera?: number): Promise<SeenStatus>;
  untilStatus(what: string, fits: (status: SeenStatus) => boolean, camera?: number): Promise<SeenStatus>;
  snapshot(query?: string, camera?: number): Promise<Response>;
  untilReleased(): Promise<void>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  driver: 'v4l2',
  width: '320',
  height: '240',
  fps: '15',
  linger: '0.2',
  watchdog_timeout: '1.5',
  full_interval: '0',
};

export const USB_FPS = Number(SETTINGS['fps']);

export const C920_ID = `usb:${C920.vendor}:${C920.product}:${C920.serial}`;
export const CHEAP_ID = `usb-${CHEAP.controller}-${CHEAP.port.slice(2)}`;

export async function usbSettings(camera: number, id: string): Promise<Record<string, string>> {
  const all = { ...SETTINGS, id };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`cam${camera}_${key}`, value]));
}

/** With pictures of noise, 320x240 as they come. */
export async function noisy(cameras: readonly UsbCamera[] = [C920, CHEAP]): Promise<UsbCamera[]> {
  const recording = await noiseRecording();
  return cameras.map((camera) => ({ ...camera, recording }));
}

export async function startUsbRig(options: UsbRigOptions = {}): Promise<UsbRig> {
  const { cameras = [C920, CHEAP], configured = 1, env = {}, version, start } = options;
  const usb = createUsbBus(await noisy(cameras), version === undefined ? {} : { version });
  const settings = [await usbSettings(0, C920_ID), await usbSettings(1, CHEAP_ID)].slice(0, configured);
  let pair: Pair;
  try {
    pair = await startPair({
      cameras: configured,
      env: { ...usb.env, ...Object.assign({}, ...settings), ...env },
      ...(start && { start }),
    });
  } catch (error) {
    usb[Symbol.dispose]();
    throw error;
  }
  const services = () => processesWith('SOFT_STREAM_RUN_DIR', pair.runDir);
  const programs = () => processesWith('V4L2_STANDIN_WORLD', usb.folder).filter((pid) => !services().includes(pid));

  const rig: UsbRig = {
    usb,
    pair,
    watch: (camera = 0) => watch(pair.url(camera, '/stream.mjpg')),
    async status(camera = 0) {
      const response = await fetch(pair.url(camera, '/status'));
      return (await response.json()) as SeenStatus;
    },
    untilStatus: (what, fits, camera = 0) =>
      waitFor(`cam${camera} ${what}`, async () => {
        const status = await rig.status(camera);
        if (fits(status)) return status;
        throw new Error(`status was ${JSON.stringify(status)}`);
      }),
    snapshot: (query = '', camera = 0) => fetch(pair.url(camera, `/snapshot.jpg${query}`)),
    untilReleased: async () => {
      await waitFor('no camera program to run', () => programs().length === 0, { intervalMs: 10 });
    },
    async [Symbol.asyncDispose]() {
      try {
        await pair[Symbol.asyncDispose]();
        await waitFor('no camera program to be left', () => programs().length === 0, { timeoutMs: 5_000 });
        assert.deepEqual(programs(), []);
      } finally {
        usb[Symbol.dispose]();
      }
    },
  };
  return rig;
}
