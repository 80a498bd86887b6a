// A driver is known by its name in few places, so that a new one needs few. Everything else asks what the driver is like.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DRIVER_KINDS } from '@soft-stream/shared/api/driver-kinds';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Where a driver is named: what a new one adds to, and the installer's search for USB cameras. */
const ALLOWED = [
  /^shared\/src\/api\/driver-kinds\.ts$/,
  /^shared\/src\/config\/drivers\//,
  /^capture-service\/src\/service\/driver-families\.ts$/,
  /^capture-service\/src\/detect\//,
  // What a control does to the program of each driver.
  /^shared\/src\/controls\/camera-controls\.ts$/,
  ...DRIVER_KINDS.map((kind) => new RegExp(`^capture-service/src/drivers/${kind}/`)),
];

test('no module outside of its own names a driver', { timeout: 30_000 }, () => {
  // `http` is a protocol and a service as well: only beside the word driver is it the name of one.
  const names = DRIVER_KINDS.filter((kind) => kind !== 'http').join('|');
  const named = new RegExp(`'(?:${names})'|\\.(?:${names})\\b|driver[^\\n]{0,20}'http'`);
  const folders = ['shared/src', 'launcher/src', 'capture-service/src', 'http-service/src', 'http-service/portal'];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => `${folder}/${name}`)
      .filter((name) => /\.(?:ts|js)$/.test(name) && !/\.test\.ts$|\/testing\//.test(name)),
  );
  assert.ok(sources.length > 300, `only ${sources.length} files were read`);

  const guilty = sources
    .filter((name) => !ALLOWED.some((pattern) => pattern.test(name)))
    .filter((name) => named.test(readFileSync(join(root, name), 'utf8')));

  assert.deepEqual(guilty, []);
});
