// The pictures a camera sees: its recording, brought to the asked size once and kept in the world's folder.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { worldFolder } from './program.ts';
import type { Faults, StandinCamera } from './world.ts';

/** Odd sizes are made even, without a word; 0 = the recording's own. */
export const evenSize = (pixels: number): number => pixels & ~1;

export async function loadPictures(
  camera: StandinCamera,
  width: number,
  height: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Buffer[]> {
  const names = readdirSync(camera.recording)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .slice(0, most);
  const originals = names.map((name) => readFileSync(join(camera.recording, name)));
  const own = sizeOf(originals[0]);
  if (own.width === width && own.height === height) return originals;
  const folder = join(worldFolder, `pictures-${camera.model}-${width}x${height}`);
  mkdirSync(folder, { recursive: true });
  const pictures: Buffer[] = [];
  for (const [at, original] of originals.slice(0, 8).entries())
    pictures.push(await resized(original, join(folder, `${at}.jpg`), width, height));
  return pictures;
}

async function resized(original: Buffer, file: string, width: number, height: number): Promise<Buffer> {
  if (existsSync(file)) return readFileSync(file);
  const { default: sharp } = await import('sharp');
  const jpeg = await sharp(original).resize(width, height, { fit: 'fill' }).jpeg({ quality: 80 }).toBuffer();
  writeFileSync(`${file}.${process.pid}`, jpeg);
  renameSync(`${file}.${process.pid}`, file);
  return jpeg;
}

export async function blackPicture(width: number, height: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp({ create: { width, height, channels: 3, background: '#000' } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** What the faults make of one frame's bytes. */
export function spoil(jpeg: Buffer, faults: Faults): Buffer {
  if (faults.endless) return Buffer.concat([jpeg.subarray(0, jpeg.length - 2), Buffer.alloc(65_536, 0x55)]);
  if (faults.truncated) return jpeg.subarray(0, Math.floor(jpeg.length * 0.7));
  if (faults.torn)
    return Buffer.concat([
      jpeg.subarray(0, Math.floor(jpeg.length * 0.3)),
      jpeg.subarray(Math.floor(jpeg.length * 0.6)),
    ]);
  if (faults.oversizedBytes && faults.oversizedBytes > jpeg.length) {
    const scan = Buffer.alloc(faults.oversizedBytes - jpeg.length, 0x55);
    return Buffer.concat([jpeg.subarray(0, jpeg.length - 2), scan, jpeg.subarray(jpeg.length - 2)]);
  }
  return jpeg;
}

/** A JPEG with an EXIF segment that holds a second whole JPEG, as rpicam-still writes it unless `--thumb none`. */
export async function withThumbnail(jpeg: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const thumbnail = await sharp(jpeg).resize(320, 240, { fit: 'fill' }).jpeg({ quality: 70 }).toBuffer();
  const tiff = Buffer.from('4d4d002a000000080000' + '0000000e', 'hex');
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, thumbnail]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

function sizeOf(jpeg: Buffer | undefined): { width: number; height: number } {
  for (let at = 2; jpeg && at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] === 0xc0 || jpeg[at + 1] === 0xc2)
      return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
  }
  return { width: 0, height: 0 };
}
