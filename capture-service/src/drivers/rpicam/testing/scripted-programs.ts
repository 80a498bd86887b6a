// Programs for tests that do what a line of script says, in the place of rpicam-vid and rpicam-still.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRpicamPrograms, type RpicamPrograms } from '../process/programs.ts';

export interface ScriptedPrograms extends Disposable {
  readonly folder: string;
  readonly programs: RpicamPrograms;
}

/** Real frames are walked by their segments: this one is the smallest that has them all. */
export function tinyJpeg(width: number, height: number, filling = 0): Buffer {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
    ...[0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, filling, filling, filling, 0xff, 0xd9],
  ]);
}

/** @param vid, still: JavaScript (CommonJS); `argv`, `out(text or bytes)`, `err(text)`, `forever()` are at hand */
export function scriptPrograms({ vid = '', still = '' }: { vid?: string; still?: string }): ScriptedPrograms {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-'));
  for (const [name, body] of Object.entries({ 'rpicam-vid': vid, 'rpicam-still': still })) {
    // A shebang takes no .cjs name: the shell does.
    writeFileSync(join(folder, `${name}.cjs`), `${PRELUDE}\n${body}\n`);
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${folder}/${name}.cjs" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return {
    folder,
    programs: findRpicamPrograms({ PATH: `${folder}:/usr/bin:/bin` }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const PRELUDE = `
const fs = require('node:fs');
const argv = process.argv.slice(2);
const out = (bytes) => fs.writeSync(1, bytes);
const err = (text) => fs.writeSync(2, text);
const forever = () => setInterval(() => undefined, 60_000);
const tinyJpeg = ${tinyJpeg.toString()};
`;
