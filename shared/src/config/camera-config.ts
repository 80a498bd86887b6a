// What the configuration says once it is parsed and validated. Both services read the same file.

import type { Size } from '../api/camera-status.ts';
import type { ControlName } from '../api/controls.ts';
import type { DriverKind } from '../api/driver-kinds.ts';
import type { DriverConfigs } from './drivers/driver-settings.ts';
import type { IceServer } from './formats/formats.ts';

/** What drivers alone understand stands in an object of their own: `rpicam`, `v4l2`, ... */
export interface CameraConfig extends DriverConfigs {
  /** `cam0`, `cam1`, ... */
  readonly camera: string;
  /** the N of camN */
  readonly number: number;
  /** N where neither index nor id is given; means nothing beside an id */
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  /** heading on the wall */
  readonly group: string | undefined;
  readonly width: number;
  readonly height: number;
  /** frames per second */
  readonly fps: number;
  /** 0 = any free one */
  readonly port: number;
  /** IP address or `localhost`; `none`: only the unix socket */
  readonly bind: string;
  /** unix socket that http-service listens on as well */
  readonly socket: string | undefined;
  /** JPEG 1-100 (the five names are translated) */
  readonly quality: number;
  /** as written: `medium` or `50` */
  readonly qualityText: string;
  /** the size of stills: camN_snapshot_*, or the stream's where unset or 0 */
  readonly snapshot: Size & { readonly quality: number };
  /** a focus cycle that frames wait for; false where the driver does not hear of the lens */
  readonly autofocus: boolean;
  readonly driver: DriverKind;
  readonly lingerMs: number;
  /** 0 = off */
  readonly watchdogTimeoutMs: number;
  readonly snapshotTimeoutMs: number;
  readonly fullIntervalMs: number;
  readonly idleSnapshot: 'still' | 'stream';
  /** bytes; undefined = computed from the size */
  readonly slotBytes: number | undefined;
  readonly stillSlotBytes: number | undefined;
  readonly publicUrl: string | undefined;
  readonly maxViewers: number;
  /** what the web side may set while the camera runs */
  readonly webControls: readonly ControlName[];
  readonly video: VideoSettings;
}

/** H.264 over WebRTC. */
export interface VideoSettings {
  readonly isOn: boolean;
  readonly kilobitsPerSecond: number;
  /** at most what the camera gives */
  readonly fps: number;
  readonly maxViewers: number;
}

/** How browsers reach the videos of all cameras. */
export interface WebrtcSettings {
  /** UDP */
  readonly port: number;
  /** `0.0.0.0`: every address, IPv6 too */
  readonly bind: string;
  /** addresses or names besides those of this machine and the one in the request */
  readonly hosts: readonly string[];
  readonly iceServers: readonly IceServer[];
}

/** One page with all cameras. */
export interface WallSettings {
  readonly isOn: boolean;
  readonly port: number;
  /** the port was chosen by the owner: a wall that cannot have it is an error */
  readonly isPortChosen: boolean;
  /** IP address or `localhost`; `none`: only the unix socket */
  readonly bind: string;
  readonly socket: string | undefined;
  /** cameras run while a wall has them in view */
  readonly isLive: boolean;
  /** between two pictures of a camera */
  readonly intervalMs: number;
  /** cameras that come first, `cam3` */
  readonly order: readonly string[];
}

export interface AppConfig {
  readonly cameras: readonly CameraConfig[];
  /** no key of any camera is set: these are the defaults */
  readonly areDefaultCameras?: boolean;
  /** sockets live here; its hash is part of the shared-memory names */
  readonly runDir: string;
  /** what was set at run time is kept here; made when something is */
  readonly stateDir: string;
  /** the file that was read, if any */
  readonly envFile: string | undefined;
  /** inside a container http listens on 0.0.0.0 and the default ports 18081+N */
  readonly container: boolean;
  /** exit 66 when no configured camera is there, or stay up */
  readonly exit66: 'exit' | 'wait';
  readonly allowedHosts: readonly string[];
  readonly allowOrigin: readonly string[];
  /** CSP frame-ancestors sources; default `'self'` */
  readonly frameAncestors: string;
  readonly webrtc: WebrtcSettings;
  readonly wall: WallSettings;
  readonly maxViewers: number;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** `text` for people, `json` for machines; default by whether stdout is a terminal */
  readonly logFormat: 'text' | 'json';
  /** what is allowed and probably not meant; each service logs them once */
  readonly warnings: readonly string[];
}
