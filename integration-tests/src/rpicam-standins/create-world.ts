// What a test does with the imagined Pi: build it, break it, mend it.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Faults, readWorld, type StandinCamera, startsFile, type World, writeWorld } from './world.ts';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The two cameras of the owner's Pi 5, ids and modes as libcamera 0.7 prints them. */
export const IMX708: StandinCamera = {
  id: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a',
  model: 'imx708',
  width: 4608,
  height: 2592,
  autofocus: true,
  connected: true,
  recording: join(packageFolder, 'recordings', 'cam1'),
  modes: [
    '1536x864 [120.13 fps - (768, 432)/3072x1728 crop]',
    '2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]',
    '4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]',
  ],
  faults: {},
};
export const IMX219: StandinCamera = {
  id: '/base/axi/pcie@1000120000/rp1/i2c@80000/imx219@10',
  model: 'imx219',
  width: 3280,
  height: 2464,
  autofocus: false,
  connected: true,
  recording: join(packageFolder, 'recordings', 'cam0'),
  modes: ['640x480 [206.65 fps - (1000, 752)/1280x960 crop]', '1640x1232 [41.85 fps - (0, 0)/3280x2464 crop]'],
  faults: {},
};

export interface StandinStart {
  readonly program: string;
  readonly pid: number;
  readonly args: readonly string[];
}

export interface StandinPi {
  /** the imagined Pi's folder: the environment of every program that runs on it names it */
  readonly folder: string;
  /** to be merged into the environment of capture-service */
  readonly env: Readonly<Record<string, string>>;
  /** stands for /dev: a camera that is plugged in makes nodes appear */
  readonly devFolder: string;
  /** replaces the faults of a camera; `{}` mends it */
  setFaults(model: string, faults: Faults): void;
  /** every rpicam-vid and rpicam-still so far that was to open a camera */
  starts(): StandinStart[];
  unplug(model: string): void;
  plug(model: string): void;
  change(change: (world: World) => World): void;
  [Symbol.dispose](): void;
}

export function createPi(cameras: readonly StandinCamera[] = [IMX219, IMX708], timeScale = 1): StandinPi {
  const folder = mkdtempSync(join(tmpdir(), 'standin-pi-'));
  const devFolder = join(folder, 'dev');
  mkdirSync(devFolder);
  for (const { model, connected } of cameras) if (connected) writeFileSync(join(devFolder, `v4l-subdev-${model}`), '');
  writeWorld(folder, { cameras, timeScale });
  const change = (edit: (world: World) => World) => writeWorld(folder, edit(readWorld(folder)));
  const edit = (model: string, part: Partial<StandinCamera>) =>
    change((world) => ({
      ...world,
      cameras: world.cameras.map((each) => (each.model === model ? { ...each, ...part } : each)),
    }));
  return {
    env: {
      PATH: `${join(packageFolder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      RPICAM_STANDIN_WORLD: folder,
      RPICAM_STANDIN_NODE: process.execPath,
      SOFT_STREAM_DEV_DIR: devFolder,
    },
    folder,
    devFolder,
    change,
    starts() {
      const file = startsFile(folder);
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as StandinStart);
    },
    setFaults: (model, faults) => edit(model, { faults }),
    unplug(model) {
      edit(model, { connected: false });
      rmSync(join(devFolder, `v4l-subdev-${model}`), { force: true });
    },
    plug(model) {
      edit(model, { connected: true });
      writeFileSync(join(devFolder, `v4l-subdev-${model}`), '');
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
