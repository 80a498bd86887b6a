// The video nodes of this machine and the USB cameras behind them, as sysfs describes it: no device is opened for this.
// Documentation/ABI/testing/sysfs-bus-usb; class/video4linux/videoN/device leads to the USB interface.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Roots {
  /** `/sys` but in tests */
  readonly sys: string;
  /** `/dev` but in tests */
  readonly dev: string;
}

export interface UsbDevice {
  /** folder in sysfs: the device, until it is unplugged */
  readonly folder: string;
  /** four lower-case hex digits */
  readonly vendor: string;
  readonly product: string;
  readonly manufacturer: string | undefined;
  readonly productName: string | undefined;
  /** undefined when it has none or an empty one */
  readonly serial: string | undefined;
  readonly bus: number;
  /** from the root hub on, e.g. `1.2` */
  readonly port: string;
  /** what the root hub belongs to, e.g. `xhci-hcd.0` or `0000:01:00.0` */
  readonly controller: string | undefined;
  /** e.g. `1.0` */
  readonly interface: string;
  readonly speedMbps: number | undefined;
  /** changes when it is plugged in again */
  readonly number: string | undefined;
}

export interface VideoDevice {
  /** `video0` */
  readonly name: string;
  readonly node: string;
  /** 0 is the first node of its interface: the pictures; metadata comes behind */
  readonly nodeIndex: number;
  readonly model: string;
  /** false: there is no sysfs here, nothing but the node is known */
  readonly isDescribed: boolean;
  /** undefined: a codec, a CSI receiver, a loopback device */
  readonly usb: UsbDevice | undefined;
}

const NODE = /^video(\d{1,4})$/;
/** From the interface to the device is one step; hubs and controllers stand above. */
const MAX_STEPS_UP = 4;

/** In order of port. Where there is no sysfs, the nodes alone. */
export function readVideoDevices(roots: Roots): readonly VideoDevice[] {
  const folder = join(roots.sys, 'class/video4linux');
  if (!existsSync(folder)) return namesIn(roots.dev).map((name) => bareDevice(name, roots));
  return namesIn(folder)
    .map((name) => readDevice(folder, name, roots))
    .sort(byPort);
}

/** What `/dev/v4l/...` links to; undefined when there is no such link. */
export function linkTarget(roots: Roots, link: string): string | undefined {
  try {
    return basename(realpathSync(join(roots.dev, link)));
  } catch {
    // ENOENT: no udev here, or not yet
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => NODE.test(name));
  } catch {
    // ENOENT: no device
    return [];
  }
}

function bareDevice(name: string, roots: Roots): VideoDevice {
  return { name, node: join(roots.dev, name), nodeIndex: 0, model: name, isDescribed: false, usb: undefined };
}

function readDevice(folder: string, name: string, roots: Roots): VideoDevice {
  const own = join(folder, name);
  const usb = readUsb(join(own, 'device'));
  const model = read(own, 'name') ?? usb?.productName ?? name;
  return { ...bareDevice(name, roots), nodeIndex: Number(read(own, 'index') ?? 0), model, isDescribed: true, usb };
}

function readUsb(link: string): UsbDevice | undefined {
  let folder: string;
  try {
    folder = realpathSync(link);
  } catch {
    // ENOENT: a virtual device, or unplugged this moment
    return undefined;
  }
  const usbInterface = /^[\d-][\d.-]*:(\d+\.\d+)$/.exec(basename(folder))?.[1] ?? '1.0';
  for (let step = 0; step < MAX_STEPS_UP && folder !== dirname(folder); step++) {
    const vendor = read(folder, 'idVendor');
    if (vendor !== undefined) return describe(folder, vendor, usbInterface);
    folder = dirname(folder);
  }
  return undefined;
}

function describe(folder: string, vendor: string, usbInterface: string): UsbDevice {
  const [, bus, port] = /^(\d+)-([\d.]+)$/.exec(basename(folder)) ?? [];
  const steps = folder.split('/');
  const root = steps.findIndex((step) => /^usb\d+$/.test(step));
  const speed = Number(read(folder, 'speed'));
  return {
    folder,
    vendor: vendor.toLowerCase(),
    product: (read(folder, 'idProduct') ?? '').toLowerCase(),
    manufacturer: read(folder, 'manufacturer'),
    productName: read(folder, 'product'),
    serial: read(folder, 'serial'),
    bus: Number(bus ?? read(folder, 'busnum') ?? 0),
    port: port ?? read(folder, 'devpath') ?? '0',
    controller: root > 0 ? steps[root - 1] : undefined,
    interface: usbInterface,
    speedMbps: Number.isFinite(speed) && speed > 0 ? speed : undefined,
    number: read(folder, 'devnum'),
  };
}

/** Without its line end; undefined when it is not there or empty. */
function read(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8').trim() || undefined;
  } catch {
    // ENOENT: optional; ENODEV: unplugged this moment
    return undefined;
  }
}

/** USB cameras first, by controller, bus and port; then the others by number. */
function byPort(a: VideoDevice, b: VideoDevice): number {
  if (a.usb === undefined || b.usb === undefined) {
    return Number(a.usb === undefined) - Number(b.usb === undefined) || compareNumbers(a.name, b.name);
  }
  return (
    a.usb.bus - b.usb.bus ||
    compareNumbers(a.usb.port, b.usb.port) ||
    compareNumbers(a.usb.interface, b.usb.interface) ||
    a.nodeIndex - b.nodeIndex ||
    compareNumbers(a.name, b.name)
  );
}

function compareNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
