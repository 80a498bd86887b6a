// A tree of sysfs and nodes of /dev for the tests of this driver, as the kernel lays them out for USB cameras.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Roots } from '../devices/read-devices.ts';

export interface CameraTree {
  readonly node: string;
  readonly port: string;
  readonly idVendor: string;
  readonly idProduct: string;
  readonly product: string;
  readonly serial: string;
}

export interface TestSysfs extends Disposable {
  readonly roots: Roots;
}

/** @param options.isBare only the nodes */
export function sysfsWith(cameras: readonly CameraTree[], options: { readonly isBare?: boolean } = {}): TestSysfs {
  const folder = mkdtempSync(join(tmpdir(), 'sysfs-'));
  const roots = { sys: join(folder, 'sys'), dev: join(folder, 'dev') };
  mkdirSync(roots.dev);
  const nodes = join(roots.sys, 'class/video4linux');
  if (!options.isBare) mkdirSync(nodes, { recursive: true });
  for (const { node, port, ...attributes } of cameras) {
    const device = join(roots.sys, 'devices/platform/xhci-hcd.0/usb1/1-1', port);
    const usbInterface = join(device, `${port}:1.0`);
    for (const [index, name] of [node, `video${Number(node.slice(5)) + 1}`].entries()) {
      writeFileSync(join(roots.dev, name), '');
      if (options.isBare) continue;
      const own = join(usbInterface, 'video4linux', name);
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, 'name'), `${attributes.product}\n`);
      writeFileSync(join(own, 'index'), `${index}\n`);
      symlinkSync('../..', join(own, 'device'));
      symlinkSync(own, join(nodes, name));
    }
    if (options.isBare) continue;
    for (const [name, value] of Object.entries({ ...attributes, speed: '480', devnum: '7' }))
      writeFileSync(join(device, name), `${value}\n`);
  }
  return { roots, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
