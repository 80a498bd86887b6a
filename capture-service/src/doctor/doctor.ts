// The whole of `camctl doctor`: the host first, then each kind of camera that is configured.

import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { DRIVER_KINDS } from '@soft-stream/shared/api/driver-kinds';
import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import type { NameKeeper } from '@soft-stream/shared/names/name-keeper';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { pino } from 'pino';
import type { DriverFamily } from '../drivers/driver-family.ts';
import { type FamiliesOptions, openFamilies } from '../service/driver-families.ts';
import { examineHost } from './host-checks.ts';
import { nameLines } from './name-checks.ts';

/** @param names of the service that asks about itself */
export async function examine(
  app: AppConfig,
  families: readonly DriverFamily[],
  signal: AbortSignal,
  names?: NameKeeper,
): Promise<readonly DoctorLine[]> {
  const lines = [...(await examineHost(app)), ...(names ? nameLines(names.lost()) : [])];
  for (const family of families) lines.push(...(await family.doctor(signal)));
  return lines;
}

/** Without a running service: the same checks from here, with cameras that nobody else uses at the moment. */
export async function examineAlone(app: AppConfig, env: FamiliesOptions['env']): Promise<readonly DoctorLine[]> {
  const log = pino({ level: 'silent' });
  const signal = new AbortController().signal;
  try {
    const kinds = DRIVER_KINDS;
    const options = { env, kinds, allCameras: app.cameras, clock: systemClock, log, devicesChanged() {} };
    await using drivers = await openFamilies(options);
    return await examine(app, drivers.families, signal);
  } catch (error) {
    return [...(await examineHost(app)), { level: 'fail', what: errorMessage(error), advice: 'correct this first' }];
  }
}
