// Which video device a configured USB camera means: pure. A camera that is not there is absent, never another one.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { parseV4l2Id, type V4l2Id } from '@soft-stream/shared/config/drivers/v4l2-formats';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import type { UsbDevice, VideoDevice } from './read-devices.ts';

export type Wanted = Pick<CameraConfig, 'camera' | 'id' | 'index'>;

/** Ids of cameras chosen by their place in the list, from when they were first seen, by `camN`. */
export type Pins = ReadonlyMap<string, string>;

export interface Surroundings {
  /** every configured USB camera */
  readonly all: readonly Wanted[];
  readonly devices: readonly VideoDevice[];
  readonly pins: Pins;
  /** identities that two cameras were seen to have: no longer one camera's */
  readonly doubled: ReadonlySet<string>;
  /** `/dev/v4l/...` -> `video0`, for machines without sysfs */
  linkTarget(link: string): string | undefined;
}

export class AmbiguousCameraError extends SoftStreamError {
  constructor(wanted: Wanted, fitting: readonly VideoDevice[]) {
    const lines = [...new Set(fitting.map((device) => `${wanted.camera}_id=${portId(device)}`))];
    const text = `${wanted.id} means more than one camera, so give the port of the one that is meant: `;
    super('ERR_AMBIGUOUS_CAMERA', `${text}${lines.join(' or ')}`);
  }
}

/** @throws AmbiguousCameraError ERR_AMBIGUOUS_CAMERA */
export function identify(wanted: Wanted, around: Surroundings): VideoDevice | undefined {
  const text = wanted.id ?? around.pins.get(wanted.camera);
  if (text !== undefined) return findById(wanted, text, around);
  const others = around.all.filter((other) => other.camera !== wanted.camera);
  const taken = new Set(others.map((other) => takenBy(other, around)));
  const candidates = firstNodes(around.devices);
  const device = candidates[wanted.index ?? 0];
  return device !== undefined && !taken.has(device.name) ? device : undefined;
}

/** The first node of each USB camera; where nothing says what is USB, every node. */
export function firstNodes(devices: readonly VideoDevice[]): readonly VideoDevice[] {
  const cameras = new Map<string, VideoDevice>();
  for (const device of devices) {
    const key = device.isDescribed ? device.usb?.folder : device.name;
    if (key === undefined) continue;
    if (!cameras.has(key)) cameras.set(key, device);
  }
  return [...cameras.values()];
}

function takenBy(other: Wanted, around: Surroundings): string | undefined {
  const text = other.id ?? around.pins.get(other.camera);
  if (text === undefined) return undefined;
  try {
    return findById(other, text, around)?.name;
  } catch {
    // ERR_AMBIGUOUS_CAMERA: its own start says so
    return undefined;
  }
}

function findById(wanted: Wanted, text: string, around: Surroundings): VideoDevice | undefined {
  const id = parseV4l2Id(text);
  if (id === undefined) return undefined;
  const { devices } = around;
  const fitting = devices.filter((device) => fits(id, device));
  const cameras = new Set(fitting.map((device) => device.usb?.folder ?? device.name));
  const isDoubled = fitting.some(
    ({ usb }) => usb !== undefined && byIdentity(id) && around.doubled.has(identityOf(usb)),
  );
  if (cameras.size > 1 || isDoubled) throw new AmbiguousCameraError({ ...wanted, id: text }, fitting);
  return fitting[0] ?? linked(id, text, around);
}

/** Without sysfs udev's link is all there is. */
function linked(id: V4l2Id, text: string, { devices, linkTarget }: Surroundings): VideoDevice | undefined {
  if (id.kind !== 'by-id' && id.kind !== 'by-path') return undefined;
  if (devices.some((device) => device.isDescribed)) return undefined;
  const target = linkTarget(`v4l/${id.kind}/${text.slice(text.lastIndexOf('/') + 1)}`);
  return devices.find((device) => device.name === target);
}

function byIdentity(id: V4l2Id): boolean {
  return id.kind === 'by-id' || (id.kind === 'usb' && id.serial !== undefined);
}

function fits(id: V4l2Id, { name, nodeIndex, usb }: VideoDevice): boolean {
  if (usb === undefined) return id.kind === 'node' && name === id.name;
  switch (id.kind) {
    case 'node':
      return name === id.name;
    case 'by-id':
      return nodeIndex === id.nodeIndex && udevName(usb) === id.name;
    case 'by-path': {
      const steps = usb.folder.split('/');
      const isSamePort = usb.port === id.port && usb.interface === id.interface && nodeIndex === id.nodeIndex;
      return isSamePort && id.controllers.every((step) => steps.includes(step));
    }
    case 'usb':
      return (
        usb.vendor === id.vendor &&
        usb.product === id.product &&
        (id.serial === undefined || plain(usb.serial ?? '') === id.serial)
      );
    case 'port':
      return (
        usb.port === id.port && (id.bus ?? usb.bus) === usb.bus && (id.controller ?? usb.controller) === usb.controller
      );
  }
}

/** Vendor, product and serial: what two cameras should not share. */
export function identityOf(usb: UsbDevice): string {
  return `${usb.vendor}:${usb.product}:${plain(usb.serial ?? '')}`;
}

/** Identities that more than one camera has at this moment. */
export function doubledIdentities(devices: readonly VideoDevice[]): readonly string[] {
  const seen = firstNodes(devices).flatMap(({ usb }) => (usb === undefined ? [] : [identityOf(usb)]));
  return seen.filter((identity, at) => seen.indexOf(identity) !== at);
}

/** The best id of a camera: its serial where it is the only one with it, else its port. */
export function bestId(device: VideoDevice, isDoubled: (identity: string) => boolean): string {
  const { usb } = device;
  if (usb?.serial === undefined || isDoubled(identityOf(usb))) return portId(device);
  return `usb:${identityOf(usb)}`;
}

/** As v4l2-ctl --list-devices names the port: it stays the same when buses are numbered anew. */
export function portId({ usb, name }: VideoDevice): string {
  if (usb === undefined) return `/dev/${name}`;
  return usb.controller === undefined ? `${usb.bus}-${usb.port}` : `usb-${usb.controller}-${usb.port}`;
}

/** ID_SERIAL of udev's usb_id: vendor, model and serial, their blanks and odd characters made `_`. */
function udevName(usb: UsbDevice): string {
  const parts = [usb.manufacturer ?? usb.vendor, usb.productName ?? usb.product, usb.serial ?? ''];
  return parts
    .filter((part) => part !== '')
    .map(plain)
    .join('_');
}

function plain(text: string): string {
  return text.replace(/\s+/g, '_').replace(/[^\p{L}\p{N}#+\-.:=@_]/gu, '_');
}
