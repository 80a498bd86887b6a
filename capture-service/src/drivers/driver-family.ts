// All cameras of one kind: what they share is opened and closed once (the lock over libcamera, the watch on /dev, ...).

import type { DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import type { DriverKind } from '@soft-stream/shared/api/driver-kinds';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { CameraDriver } from './driver.ts';

export interface DriverFamily extends AsyncDisposable {
  readonly kind: DriverKind;
  /** @param config one of those the family was opened with */
  driverFor(config: CameraConfig): CameraDriver;
  /** Everything that is there, configured or not. @throws ListingError ERR_LISTING when listing itself failed */
  listCameras(signal: AbortSignal): Promise<readonly SeenCamera[]>;
  /** What `camctl doctor` says about this kind; works without a running service. Never throws. */
  doctor(signal: AbortSignal): Promise<readonly DoctorLine[]>;
}

export interface DriverFamilyOptions {
  /** every configured camera of this kind, at least one */
  readonly cameras: readonly CameraConfig[];
  /** every configured camera, whatever its kind: free numbers for id lines */
  readonly allCameras: readonly CameraConfig[];
  readonly clock: Clock;
  readonly log: Logger;
  /** a device came or went: cameras that do not run are looked for again */
  devicesChanged(): void;
}

/** @throws {FatalError} 78 for missing programs or unreadable recordings, naming them */
export type OpenDriverFamily = (options: DriverFamilyOptions) => Promise<DriverFamily>;
