// What a test does with the imagined USB bus: plug in, pull out, break, mend. Makes the tree of sysfs and the nodes and
// links of /dev in folders of its own; capture-service finds them by SOFT_STREAM_SYS_DIR and SOFT_STREAM_DEV_DIR.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  readUsbWorld,
  runsFile,
  type UsbCamera,
  type UsbFaults,
  type UsbWorld,
  valuesFile,
  worldFile,
  writeUsbWorld,
} from './world.ts';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BOTH_RATES = [30, 15, 5];

export const C920: UsbCamera = {
  key: 'c920',
  node: 'video0',
  vendor: '046d',
  product: '082d',
  model: 'HD Pro Webcam C920',
  serial: '1A2B3C4D',
  port: '1-1.2',
  controller: 'xhci-hcd.0',
  speed: 480,
  connected: true,
  plugs: 1,
  recording: join(packageFolder, 'recordings', 'cam0'),
  formats: [
    { fourcc: 'YUYV', sizes: [{ width: 320, height: 240, rates: [30] }] },
    {
      fourcc: 'MJPG',
      sizes: [
        { width: 320, height: 240, rates: BOTH_RATES },
        { width: 640, height: 480, rates: BOTH_RATES },
        { width: 1280, height: 720, rates: BOTH_RATES },
      ],
    },
  ],
  controls: [
    { name: 'brightness', id: '00980900', type: 'int', min: 0, max: 255, default: 128 },
    {
      ...{ name: 'power_line_frequency', id: '00980918', type: 'menu', min: 0, max: 2, default: 2 },
      menu: { 0: 'Disabled', 1: '50 Hz', 2: '60 Hz' },
    },
    {
      ...{ name: 'focus_absolute', id: '009a090a', type: 'int', min: 0, max: 250, default: 0 },
      needs: { name: 'focus_automatic_continuous', value: 0 },
    },
    { name: 'focus_automatic_continuous', id: '009a090c', type: 'bool', min: 0, max: 1, default: 1 },
  ],
  faults: {},
};

/** A cheap one without a serial, on the second port. */
export const CHEAP: UsbCamera = {
  ...C920,
  key: 'cheap',
  node: 'video2',
  vendor: '0c45',
  product: '6366',
  manufacturer: 'Sonix Technology Co., Ltd.',
  model: 'USB 2.0 Camera',
  serial: '',
  port: '1-1.3',
  recording: join(packageFolder, 'recordings', 'cam1'),
};

export interface StandinRun {
  readonly program: string;
  readonly pid: number;
  readonly args: readonly string[];
}

export interface UsbBus {
  readonly folder: string;
  /** to be merged into the environment of capture-service */
  readonly env: Readonly<Record<string, string>>;
  /** replaces the faults of a camera; `{}` mends it */
  setFaults(key: string, faults: UsbFaults): void;
  change(change: (world: UsbWorld) => UsbWorld): void;
  unplug(key: string): void;
  /** @param part another node, port, ... than before */
  plug(key: string, part?: Partial<UsbCamera>): void;
  runs(): StandinRun[];
  /** values that were set since it was plugged in */
  values(key: string): Readonly<Record<string, number>>;
  [Symbol.dispose](): void;
}

/** @param options.devFolder of an imagined Pi that has CSI cameras as well */
export function createUsbBus(
  cameras: readonly UsbCamera[] = [C920, CHEAP],
  options: { readonly devFolder?: string; readonly version?: UsbWorld['version'] } = {},
): UsbBus {
  const folder = mkdtempSync(join(tmpdir(), 'standin-usb-'));
  const devFolder = options.devFolder ?? join(folder, 'dev');
  const sysFolder = join(folder, 'sys');
  mkdirSync(devFolder, { recursive: true });
  mkdirSync(join(sysFolder, 'class/video4linux'), { recursive: true });
  writeUsbWorld(folder, { version: options.version ?? '1.22.1', cameras });
  const place = createPlaces(sysFolder, devFolder);
  for (const camera of cameras.filter(({ connected }) => connected)) place.add(camera);

  const change = (edit: (world: UsbWorld) => UsbWorld) => writeUsbWorld(folder, edit(readUsbWorld(folder)));
  const cameraOf = (key: string): UsbCamera => {
    const camera = readUsbWorld(folder).cameras.find((each) => each.key === key);
    if (camera === undefined) throw new Error(`camera ${key} not found in ${worldFile(folder)}`);
    return camera;
  };
  const edit = (key: string, part: Partial<UsbCamera>) =>
    change((world) => ({
      ...world,
      cameras: world.cameras.map((each) => (each.key === key ? { ...each, ...part } : each)),
    }));

  return {
    folder,
    env: {
      PATH: `${join(packageFolder, 'bin-v4l2')}${delimiter}${process.env['PATH'] ?? ''}`,
      V4L2_STANDIN_WORLD: folder,
      V4L2_STANDIN_NODE: process.execPath,
      SOFT_STREAM_DEV_DIR: devFolder,
      SOFT_STREAM_SYS_DIR: sysFolder,
    },
    change,
    setFaults: (key, faults) => edit(key, { faults }),
    unplug(key) {
      place.remove(cameraOf(key));
      edit(key, { connected: false });
    },
    plug(key, part = {}) {
      const camera = { ...cameraOf(key), ...part, connected: true, plugs: cameraOf(key).plugs + 1 };
      edit(key, camera);
      place.add(camera);
    },
    runs() {
      const file = runsFile(folder);
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
      return lines.map((line) => JSON.parse(line) as StandinRun);
    },
    values(key) {
      const file = valuesFile(folder, cameraOf(key));
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** sysfs as the kernel lays it out, nodes and links as udev makes them. */
function createPlaces(sys: string, dev: string) {
  const metadataNode = ({ node }: UsbCamera) => `video${Number(node.slice(5)) + 1}`;
  const deviceFolder = ({ controller, port }: UsbCamera) => {
    const [bus = '1', ports = ''] = port.split('-');
    const hubs = ports.split('.').map((_, at, all) => `${bus}-${all.slice(0, at + 1).join('.')}`);
    return join(sys, 'devices/platform/axi', controller, `usb${bus}`, ...hubs);
  };
  const byId = (camera: UsbCamera) => {
    const parts = [camera.manufacturer ?? camera.vendor, camera.model, camera.serial ?? ''].filter(
      (part) => part !== '',
    );
    return `usb-${parts.join('_').replace(/[^A-Za-z0-9#+\-.:=@_]+/g, '_')}`;
  };
  const links = (camera: UsbCamera) => [
    join(dev, 'v4l/by-id', `${byId(camera)}-video-index0`),
    join(dev, 'v4l/by-path', `platform-${camera.controller}-usb-0:${camera.port.split('-')[1]}:1.0-video-index0`),
  ];
  return {
    add(camera: UsbCamera) {
      const device = deviceFolder(camera);
      const usbInterface = join(device, `${camera.port}:1.0`);
      mkdirSync(usbInterface, { recursive: true });
      const attributes = {
        ...{ idVendor: camera.vendor, idProduct: camera.product, product: camera.model, speed: String(camera.speed) },
        ...{ busnum: camera.port.split('-')[0] ?? '1', devpath: camera.port.split('-')[1] ?? '' },
        ...{ devnum: String(camera.plugs + 1), manufacturer: camera.manufacturer, serial: camera.serial },
      };
      for (const [name, value] of Object.entries(attributes)) {
        if (value !== undefined) writeFileSync(join(device, name), `${value}\n`);
      }
      for (const [index, name] of [camera.node, metadataNode(camera)].entries()) {
        const own = join(usbInterface, 'video4linux', name);
        mkdirSync(own, { recursive: true });
        writeFileSync(join(own, 'name'), `${camera.model}\n`);
        writeFileSync(join(own, 'index'), `${index}\n`);
        symlinkSync(usbInterface, join(own, 'device'));
        symlinkSync(own, join(sys, 'class/video4linux', name));
        writeFileSync(join(dev, name), '');
      }
      for (const link of links(camera)) {
        mkdirSync(dirname(link), { recursive: true });
        // The last one plugged in takes a link that two would have.
        rmSync(link, { force: true });
        symlinkSync(join(dev, camera.node), link);
      }
    },
    remove(camera: UsbCamera) {
      for (const name of [camera.node, metadataNode(camera)]) {
        rmSync(join(sys, 'class/video4linux', name), { force: true });
        rmSync(join(dev, name), { force: true });
      }
      for (const link of links(camera)) rmSync(link, { force: true });
      rmSync(deviceFolder(camera), { recursive: true, force: true });
    },
  };
}
