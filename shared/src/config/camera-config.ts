// What the configuration says once it is parsed and validated. Both services read the same file.

import type { Size } from '../api/camera-status.ts';
import type { DriverKind } from '../api/driver-kinds.ts';
import type { ControlSetting } from './v4l2-formats.ts';

export interface CameraConfig {
  /** `cam0`, `cam1`, ... */
  readonly camera: string;
  /** the N of camN */
  readonly number: number;
  /** N where neither index nor id is given; means nothing beside an id */
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
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
  readonly autofocus: boolean;
  readonly driver: DriverKind;
  /** absolute path of a folder of .jpg or of an .mjpeg file */
  readonly recording: string | undefined;
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
  readonly video: VideoSettings;
  readonly rpicam: RpicamSettings;
  readonly v4l2: V4l2Settings;
}

/** Of a USB camera. */
export interface V4l2Settings {
  /** what the camera is asked for; `yuyv` is encoded here */
  readonly format: 'mjpeg' | 'yuyv';
  /** set before each start, in this order */
  readonly controls: readonly ControlSetting[];
  /** size of stills; undefined = the largest that the camera has */
  readonly stillSize: Size | undefined;
}

/** H.264 over WebRTC. */
export interface VideoSettings {
  readonly isOn: boolean;
  readonly kilobitsPerSecond: number;
  /** at most what the camera gives */
  readonly fps: number;
  readonly maxViewers: number;
}

/** A STUN server, or a TURN server with its credentials. */
export interface IceServer {
  readonly scheme: 'stun' | 'turn';
  /** name or address; IPv6 in brackets */
  readonly host: string;
  readonly port: number;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
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

/** Passed on to rpicam-vid and rpicam-still as they are; undefined = not given. */
export interface RpicamSettings {
  readonly rotation: 0 | 180 | undefined;
  readonly hflip: boolean;
  readonly vflip: boolean;
  /** `W:H:BITS:P|U` */
  readonly mode: string | undefined;
  /** `x,y,w,h` as fractions */
  readonly roi: string | undefined;
  /** `normal`, `sport` or `long` as --exposure, or a shutter time in microseconds as --shutter */
  readonly exposure: string | undefined;
  readonly gain: number | undefined;
  readonly awb: string | undefined;
  readonly brightness: number | undefined;
  readonly contrast: number | undefined;
  readonly sharpness: number | undefined;
  readonly saturation: number | undefined;
  readonly denoise: string | undefined;
  readonly hdr: string | undefined;
  readonly tuningFile: string | undefined;
  /** default `full`, as the replaced program used it */
  readonly autofocusRange: 'normal' | 'macro' | 'full';
  readonly autofocusSpeed: 'normal' | 'fast';
  readonly autofocusWindow: string | undefined;
  /** dioptres or `default`; implies manual focus, no cycle */
  readonly lensPosition: string | undefined;
  /** split as an argument list, never a shell */
  readonly extraArgs: readonly string[];
}

export interface AppConfig {
  readonly cameras: readonly CameraConfig[];
  /** no key of any camera is set: these are the defaults */
  readonly areDefaultCameras?: boolean;
  /** sockets live here; its hash is part of the shared-memory names */
  readonly runDir: string;
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
  readonly maxViewers: number;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** `text` for people, `json` for machines; default by whether stdout is a terminal */
  readonly logFormat: 'text' | 'json';
  /** what is allowed and probably not meant; each service logs them once */
  readonly warnings: readonly string[];
}
