// Small pictures full of noise, as a sensor's are: no two are equal to the byte. Made once per test process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const PICTURES = 12;

let made: Promise<string> | undefined;

/** @returns a folder of .jpg files of 320x240 that is gone when this process ends */
export function noiseRecording(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'noise-recording-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const noise = { type: 'gaussian', mean: 120, sigma: 30 } as const;
  for (let at = 0; at < PICTURES; at++) {
    const create = { width: 320, height: 240, channels: 3, background: '#777', noise } as const;
    const name = `${String(at).padStart(2, '0')}.jpg`;
    writeFileSync(join(folder, name), await sharp({ create }).jpeg({ quality: 80 }).toBuffer());
  }
  return folder;
}
