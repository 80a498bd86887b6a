// The answer of `/status`: the last word of capture, made fit for visitors, with what this process knows better.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { versionDifference } from '@soft-stream/shared/api/versions';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { isIdPath } from '@soft-stream/shared/config/drivers/driver-settings';
import type { FrameKind } from '@soft-stream/shared/mjpeg/multipart-writer';

/** The answer of `/status`: what capture says of the camera, and what this process adds. */
export interface PortalStatus extends CameraStatus {
  /** wall clock ms since 1970 at which this was said: readers with another clock count ages from it */
  readonly nowMs: number;
  /** false: capture-service is unreachable; the rest is then the last that was heard of it (or the configuration's defaults) */
  readonly captureReachable: boolean;
  /** null: it does not report one, or is away */
  readonly captureVersion: string | null;
  /** one sentence for people when the two services are of different versions; else null */
  readonly versionDifference: string | null;
  readonly picture: {
    /** what viewers are shown now; null while nobody watches */
    readonly kind: FrameKind | null;
    /** ms since the picture shown was captured; null without one */
    readonly ageMs: number | null;
  };
  readonly http: {
    readonly version: string;
    /** wall clock ms since 1970 */
    readonly startedAtMs: number;
    /** streams that are open on this camera in this process */
    readonly viewers: number;
    /** of its streams, videos (H.264 over WebRTC) */
    readonly videos: number;
    /** TCP port that this camera listens on; null with a unix socket alone */
    readonly port: number | null;
  };
}

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
    restarts: { total: 0, failed: 0, byCause: {} },
    nextTryAtMs: null,
    driver: config.driver,
    cameraId: null,
    model: null,
    hold: 'auto',
    frames: { published: 0, bytes: 0, dropped: {} },
    stills: { taken: 0, failed: 0, lastError: null },
    object: { name: '', byteLength: 0 },
    controls: {},
    starts: { total: 0, withoutListing: 0, corrected: 0 },
    focusFigure: null,
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
    cameraId: cameraId !== null && (driver === 'unknown' || isIdPath(driver)) ? withoutPaths(cameraId) : cameraId,
    stills: { ...stills, lastError: stills.lastError === null ? null : withoutPaths(stills.lastError) },
  };
}

export interface KnownHere {
  readonly nowMs: number;
  readonly captureReachable: boolean;
  /** undefined: it has said nothing yet */
  readonly captureVersion: string | null | undefined;
  readonly picture: PortalStatus['picture'];
  readonly http: PortalStatus['http'];
  /** frames per second as they come in here; undefined: nobody watches, capture knows better */
  readonly fps: number | undefined;
}

export function portalStatus(status: CameraStatus, here: KnownHere): PortalStatus {
  const { captureReachable, captureVersion, fps, ...rest } = here;
  const hasSpoken = captureReachable && captureVersion !== undefined;
  return {
    ...status,
    ...rest,
    captureReachable,
    captureVersion: captureVersion ?? null,
    versionDifference: hasSpoken ? versionDifference('http-service', 'capture-service', captureVersion) : null,
    viewers: captureReachable ? status.viewers : here.http.viewers,
    fps: captureReachable ? (fps ?? status.fps) : 0,
  };
}

/**
 * Error texts of programs name files and devices; visitors get the last part of each path:
 * `cannot open /srv/printer/a.mjpeg` becomes `cannot open a.mjpeg`.
 */
export function withoutPaths(text: string): string {
  return text.replace(/(^|[\s"'(=:])(?:\/[^\s"'()/:]+)*\/([^\s"'()/:]+)\/?/g, '$1$2');
}

/** Who watches what, in one line for `systemctl status`. */
export function statusLine(cameras: readonly PortalStatus[]): string {
  const lines = cameras.map(
    ({ camera, state, http }) => `${camera} ${state}, ${http.viewers} ${http.viewers === 1 ? 'viewer' : 'viewers'}`,
  );
  const isAway = cameras.some((each) => !each.captureReachable);
  return [...(isAway ? ['capture-service unreachable'] : []), ...lines].join('; ');
}
