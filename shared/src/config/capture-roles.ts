// Two instances of capture-service: one owns the devices of this machine and has no network, the other has a network and
// no device. Which of them a camera belongs to follows from its driver; http-service reads both.

import { join } from 'node:path';
import { DRIVER_KINDS, type DriverKind } from '../api/driver-kinds.ts';
import type { AppConfig, CameraConfig } from './camera-config.ts';
import { needsNetwork } from './drivers/driver-settings.ts';

export const CAPTURE_ROLES = ['devices', 'network'] as const;
export type CaptureRole = (typeof CAPTURE_ROLES)[number];

export function roleOf(kind: DriverKind): CaptureRole {
  return needsNetwork(kind) ? 'network' : 'devices';
}

/** The kinds of cameras that an instance may open, and no others, whatever the configuration says. */
export function kindsOf(role: CaptureRole): readonly DriverKind[] {
  return DRIVER_KINDS.filter((kind) => roleOf(kind) === role);
}

/** Which instances the configured cameras need; devices, where there is none at all. */
export function neededRoles(cameras: readonly CameraConfig[]): readonly CaptureRole[] {
  const needed = CAPTURE_ROLES.filter((role) => cameras.some(({ driver }) => roleOf(driver) === role));
  return needed.length === 0 ? ['devices'] : needed;
}

/** Where an instance has its sockets: below the run directory, in a folder of its own user. */
export function captureRunDir(runDir: string, role: CaptureRole): string {
  return role === 'network' ? join(runDir, 'network') : runDir;
}

/** The configuration as one instance sees it: its own cameras and its own run directory. */
export function configOfRole(app: AppConfig, role: CaptureRole): AppConfig {
  return {
    ...app,
    cameras: app.cameras.filter(({ driver }) => roleOf(driver) === role),
    runDir: captureRunDir(app.runDir, role),
  };
}
