// One driver family per kind of camera that is configured.

import type { DriverKind } from '@soft-stream/shared/api/driver-kinds';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { CameraDriver } from '../drivers/driver.ts';
import type { DriverFamily, DriverFamilyOptions, OpenDriverFamily } from '../drivers/driver-family.ts';
import { openHttpFamily } from '../drivers/http/family.ts';
import { openRecordedFamily } from '../drivers/recorded/family.ts';
import { rpicamFamily } from '../drivers/rpicam/family.ts';
import { v4l2Family } from '../drivers/v4l2/family.ts';

export interface DriverFamilies extends AsyncDisposable {
  readonly families: readonly DriverFamily[];
  driverFor(config: CameraConfig): CameraDriver;
}

export interface FamiliesOptions extends Omit<DriverFamilyOptions, 'cameras'> {
  /** PATH finds the camera programs; most of it is passed on to them */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** those that this instance may open */
  readonly kinds: readonly DriverKind[];
}

/** The list of families: a new driver adds its line here. */
function familyOpeners(env: FamiliesOptions['env']) {
  return {
    rpicam: rpicamFamily(env),
    v4l2: v4l2Family(env),
    recorded: openRecordedFamily,
    http: openHttpFamily,
  } satisfies Record<DriverKind, OpenDriverFamily>;
}

/** @throws {FatalError} 78 for missing programs or unreadable recordings */
export function openFamily(
  kind: DriverKind,
  { env, kinds, ...options }: FamiliesOptions & Pick<DriverFamilyOptions, 'cameras'>,
): Promise<DriverFamily> {
  if (!kinds.includes(kind)) throw new Error(`this instance opens no ${kind} cameras`);
  return familyOpeners(env)[kind](options);
}

/** @throws {FatalError} 78 for missing programs or unreadable recordings */
export async function openFamilies(options: FamiliesOptions): Promise<DriverFamilies> {
  const families = new Map<DriverKind, DriverFamily>();
  const close = async () => {
    for (const family of families.values()) await family[Symbol.asyncDispose]();
  };
  try {
    for (const kind of options.kinds) {
      const cameras = options.allCameras.filter((config) => config.driver === kind);
      if (cameras.length > 0) families.set(kind, await openFamily(kind, { ...options, cameras }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    families: [...families.values()],
    driverFor(config) {
      const family = families.get(config.driver);
      if (family === undefined) throw new Error(`no family of ${config.driver} cameras was opened`);
      return family.driverFor(config);
    },
    [Symbol.asyncDispose]: close,
  };
}
