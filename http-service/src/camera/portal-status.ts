// The answer of `/status`: the last word of capture, made fit for visitors, with what this process knows better.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { withoutPaths } from '../pictures/without-paths.ts';
import type { PortalStatus } from './camera-view.ts';

/** What is said of a camera of which nothing was heard yet. */
export function unheardStatus(config: CameraConfig, nowMs: number): CameraStatus {
  const { width, height, fps } = config;
  return {
    version: 1,
    camera: config.camera,
    name: config.name,
    state: 'idle',
    cause: null,
    sinceMs: nowMs,
    viewers: 0,
    leases: 0,
    fps: 0,
    requested: { width, height, fps },
    negotiated: null,
    autofocus: null,
    restarts: { total: 0, byCause: {} },
    nextTryAtMs: null,
    driver: config.driver,
    cameraId: null,
    model: null,
    hold: 'auto',
    frames: { published: 0, bytes: 0, dropped: {} },
    stills: { taken: 0, failed: 0, lastError: null },
    object: { name: '', byteLength: 0 },
    pid: null,
  };
}

/** Program texts come with paths; visitors get none. */
export function cleanStatus(status: CameraStatus): CameraStatus {
  const { cause, stills, driver, cameraId } = status;
  return {
    ...status,
    cause: cause === null ? null : withoutPaths(cause),
    // A libcamera id looks like a path and is none.
    cameraId: driver === 'recorded' && cameraId !== null ? withoutPaths(cameraId) : cameraId,
    stills: { ...stills, lastError: stills.lastError === null ? null : withoutPaths(stills.lastError) },
  };
}

export interface KnownHere {
  readonly nowMs: number;
  readonly captureReachable: boolean;
  readonly picture: PortalStatus['picture'];
  readonly http: PortalStatus['http'];
  /** frames per second as they come in here; undefined: nobody watches, capture knows better */
  readonly fps: number | undefined;
}

export function portalStatus(status: CameraStatus, here: KnownHere): PortalStatus {
  const { captureReachable, fps, ...rest } = here;
  return {
    ...status,
    ...rest,
    captureReachable,
    viewers: captureReachable ? status.viewers : here.http.viewers,
    fps: captureReachable ? (fps ?? status.fps) : 0,
  };
}
