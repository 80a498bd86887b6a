// The pictures a USB camera sends, and what its faults make of them.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { worldFolder } from './program.ts';
import type { UsbCamera, UsbFaults } from './world.ts';

const MOST = 12;

export async function loadPictures(camera: UsbCamera, width: number, height: number): Promise<Buffer[]> {
  const names = readdirSync(camera.recording).filter((name) => name.endsWith('.jpg'));
  const originals = names
    .sort()
    .slice(0, MOST)
    .map((name) => readFileSync(join(camera.recording, name)));
  if (sizeOf(originals[0]) === `${width}x${height}`) return originals;
  const folder = join(worldFolder, `pictures-${camera.key}-${width}x${height}`);
  mkdirSync(folder, { recursive: true });
  const pictures: Buffer[] = [];
  for (const [at, original] of originals.slice(0, 4).entries())
    pictures.push(await resized(original, join(folder, `${at}.jpg`), width, height));
  return pictures;
}

async function resized(original: Buffer, file: string, width: number, height: number): Promise<Buffer> {
  if (existsSync(file)) return readFileSync(file);
  const { default: sharp } = await import('sharp');
  const picture = sharp(original).resize(width, height, { fit: 'fill' });
  // As a camera does it: with the standard tables.
  const jpeg = await picture.jpeg({ quality: 80, optimiseCoding: false }).toBuffer();
  writeFileSync(`${file}.${process.pid}`, jpeg);
  renameSync(`${file}.${process.pid}`, file);
  return jpeg;
}

/** @param number of the frame, from 1 on */
export function spoil(jpeg: Buffer, faults: UsbFaults, number: number): Buffer {
  let bytes = faults.noTables ? withoutTables(jpeg) : jpeg;
  if (faults.wholeEvery !== undefined && number % faults.wholeEvery !== 0) bytes = bytes.subarray(0, -200);
  if (faults.damagedEvery !== undefined && number % faults.damagedEvery === 0) bytes = bytes.subarray(2);
  return faults.paddingBytes === undefined ? bytes : Buffer.concat([bytes, Buffer.alloc(faults.paddingBytes)]);
}

function withoutTables(jpeg: Buffer): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== 0xc4) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

function sizeOf(jpeg: Buffer | undefined): string {
  for (let at = 2; jpeg && at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] === 0xc0 || jpeg[at + 1] === 0xc2)
      return `${jpeg.readUInt16BE(at + 7)}x${jpeg.readUInt16BE(at + 5)}`;
  }
  return '';
}
