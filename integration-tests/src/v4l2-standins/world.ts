// The imagined USB bus that the stand-ins run on: which cameras are plugged in and what is wrong with them. One JSON
// file, so that a test can change it while the programs run; they look at it before every frame.

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface UsbFaults {
  /** ms until the first frame; a camera that never sends one has a very long one */
  readonly firstFrameMs?: number;
  /** frames flow until this many were sent, then none */
  readonly stallAfterFrames?: number;
  /** the end of a program that went wrong: exit code 0, without a word */
  readonly exitAfterFrames?: number;
  /** in the dark: the rate is divided by this */
  readonly slowdown?: number;
  /** STREAMON: no bandwidth on the bus. v4l2-ctl says nothing and ends with 0 */
  readonly noSpace?: boolean;
  /** S_FMT: another program streams, which this world does not show. Silent, 255 */
  readonly busy?: boolean;
  /** the node may not be opened */
  readonly noPermission?: boolean;
  /** zeros behind EOI */
  readonly paddingBytes?: number;
  /** every frame but each n-th has no EOI */
  readonly wholeEvery?: number;
  /** each n-th frame has no SOI */
  readonly damagedEvery?: number;
  /** no Huffman tables, as AVI1 allows */
  readonly noTables?: boolean;
  /** the largest size that it gives, whatever is asked */
  readonly onlySize?: string;
}

export interface StandinFormat {
  readonly fourcc: 'MJPG' | 'YUYV' | 'H264';
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly rates: readonly number[] }[];
}

export interface StandinControl {
  readonly name: string;
  readonly id: string;
  readonly type: 'int' | 'bool' | 'menu';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly menu?: Readonly<Record<string, string>>;
  /** inactive unless that control has that value */
  readonly needs?: { readonly name: string; readonly value: number };
}

export interface UsbCamera {
  /** for the test: what it is called there */
  readonly key: string;
  /** `video0`; the metadata node is the next one */
  readonly node: string;
  readonly vendor: string;
  readonly product: string;
  readonly manufacturer?: string;
  readonly model: string;
  readonly serial?: string;
  /** `1-1.2` */
  readonly port: string;
  readonly controller: string;
  readonly speed: number;
  readonly connected: boolean;
  /** counts the times that it was plugged in */
  readonly plugs: number;
  /** folder of .jpg files */
  readonly recording: string;
  readonly formats: readonly StandinFormat[];
  readonly controls: readonly StandinControl[];
  readonly faults: UsbFaults;
}

export interface UsbWorld {
  /** of v4l2-ctl: 1.22 prints text before the first frame, and a mark for each */
  readonly version: '1.22.1' | '1.30.0';
  readonly cameras: readonly UsbCamera[];
}

export const worldFile = (folder: string): string => join(folder, 'usb.json');
/** one JSON line for each run of a stand-in */
export const runsFile = (folder: string): string => join(folder, 'usb-runs.log');
/** values that were set, by control */
export const valuesFile = (folder: string, camera: UsbCamera): string =>
  join(folder, `usb-values-${camera.key}-${camera.plugs}.json`);

export function readUsbWorld(folder: string): UsbWorld {
  return JSON.parse(readFileSync(worldFile(folder), 'utf8')) as UsbWorld;
}

/** Replaces the file in one step: a stand-in never reads half of it. */
export function writeUsbWorld(folder: string, world: UsbWorld): void {
  const draft = `${worldFile(folder)}.draft`;
  writeFileSync(draft, JSON.stringify(world, null, 1));
  renameSync(draft, worldFile(folder));
}

/** Reads the world again only when the file was replaced. */
export function usbWorldWatcher(folder: string): () => UsbWorld {
  let seen = { version: '', world: readUsbWorld(folder) };
  return () => {
    const { ino, mtimeNs } = statSync(worldFile(folder), { bigint: true });
    const version = `${ino} ${mtimeNs}`;
    if (version !== seen.version) seen = { version, world: readUsbWorld(folder) };
    return seen.world;
  };
}
