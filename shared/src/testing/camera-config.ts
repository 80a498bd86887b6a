// A configured camera for tests, as the defaults of the configuration make it: a new setting needs no change here.

import { DRIVER_KINDS } from '../api/driver-kinds.ts';
import type { CameraConfig } from '../config/camera-config.ts';
import type { DriverConfigs } from '../config/drivers/driver-settings.ts';
import { loadConfig } from '../config/load.ts';

export type CameraConfigChange = Partial<Omit<CameraConfig, keyof DriverConfigs>> & {
  readonly [K in keyof DriverConfigs]?: Partial<DriverConfigs[K]>;
};

/** @param change what differs from the defaults of `cam0`; of a driver's object only what is named */
export function cameraConfig(change: CameraConfigChange = {}): CameraConfig {
  const number = change.number ?? 0;
  const { cameras } = loadConfig({ env: { [`cam${number}_index`]: String(number) }, cwd: '/srv', isTerminal: false });
  const [defaults] = cameras;
  if (defaults === undefined) throw new Error('the configuration made no camera');
  const drivers = DRIVER_KINDS.map((kind) => [kind, { ...defaults[kind], ...change[kind] }]);
  return { ...defaults, ...change, ...(Object.fromEntries(drivers) as DriverConfigs) };
}
