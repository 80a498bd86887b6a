// What all USB cameras of this machine share: programs, where sysfs and /dev are, which camera is which, who streams.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { StreamEnd } from '../../driver.ts';
import type { V4l2Programs } from '../process/programs.ts';
import { runV4l2Ctl } from '../process/run-tool.ts';
import { type OfferedFormat, parseFormats } from './formats.ts';
import { bestId, doubledIdentities, firstNodes, identify, identityOf, type Surroundings } from './identify.ts';
import { linkTarget, type Roots, readVideoDevices, type VideoDevice } from './read-devices.ts';

export interface V4l2Host {
  readonly programs: V4l2Programs;
  readonly roots: Roots;
  readonly clock: Clock;
  readonly log: Logger;
  /** Every USB camera is made known before the first is looked for. */
  register(config: CameraConfig): void;
  /** Looked up in sysfs at each call. @throws AmbiguousCameraError ERR_AMBIGUOUS_CAMERA */
  find(config: CameraConfig): VideoDevice | undefined;
  /** one node for each USB camera, in order of port */
  cameras(): readonly VideoDevice[];
  /** The id to paste. */
  idOf(device: VideoDevice): string;
  presenceOf(device: VideoDevice): 'there' | 'gone' | 'replugged';
  /** Asked once for each time that it is plugged in. */
  formatsOf(device: VideoDevice, signal?: AbortSignal): Promise<readonly OfferedFormat[]>;
  readonly running: Set<RunningStream>;
}

export interface RunningStream {
  readonly camera: string;
  readonly device: VideoDevice;
  /** Its camera is gone: nothing to wait for. */
  end(end: StreamEnd): void;
}

export function createV4l2Host(options: {
  readonly programs: V4l2Programs;
  readonly roots: Roots;
  readonly clock: Clock;
  readonly log: Logger;
}): V4l2Host {
  const { programs, roots, clock, log } = options;
  const configs: CameraConfig[] = [];
  const pins = new Map<string, string>();
  const doubled = new Set<string>();
  const formats = new Map<string, readonly OfferedFormat[]>();

  const look = (): Surroundings => {
    const devices = readVideoDevices(roots);
    for (const identity of doubledIdentities(devices)) doubled.add(identity);
    return { all: configs, devices, pins, doubled, linkTarget: (link) => linkTarget(roots, link) };
  };
  const idOf = (device: VideoDevice) => bestId(device, (identity) => doubled.has(identity));

  return {
    programs,
    roots,
    clock,
    log,
    register: (config) => configs.push(config),
    find(config) {
      const device = identify(config, look());
      if (device && config.id === undefined && !pins.has(config.camera)) pins.set(config.camera, idOf(device));
      return device;
    },
    cameras: () => firstNodes(look().devices),
    idOf,
    presenceOf(device) {
      const now = readVideoDevices(roots).find(({ name }) => name === device.name);
      if (now === undefined) return 'gone';
      if (device.usb === undefined) return 'there';
      if (now.usb === undefined || identityOf(now.usb) !== identityOf(device.usb)) return 'gone';
      return now.usb.folder === device.usb.folder && now.usb.number === device.usb.number ? 'there' : 'replugged';
    },
    async formatsOf(device, signal) {
      const key = `${device.name} ${device.usb?.folder} ${device.usb?.number}`;
      const known = device.usb && formats.get(key);
      if (known) return known;
      const { stdout } = await runV4l2Ctl({ programs, clock }, ['-d', device.node, '--list-formats-ext'], signal);
      const offered = parseFormats(stdout);
      if (offered.length > 0) formats.set(key, offered);
      return offered;
    },
    running: new Set(),
  };
}
