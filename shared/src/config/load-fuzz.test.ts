import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS } from './settings.ts';

const numRuns = FUZZ_RUNS;
const options = { timeout: FUZZ_TIMEOUT_MS };

const keys = fc.oneof(
  fc
    .tuple(fc.constantFrom('cam0_', 'cam1_', 'cam77_'), fc.constantFrom(...Object.keys(CAMERA_SETTINGS)))
    .map((parts) => parts.join('')),
  fc.constantFrom(...Object.keys(GLOBAL_SETTINGS)),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'cam0_constructor', 'cam0___proto__', 'cam0_', 'toString'),
);
const values = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer().map(String),
  fc.constantFrom('0', '1', '640', 'medium', 'NaN', 'Infinity', '1e3', '-0', 'null', '{}', '[]'),
);

describe('configuration: properties', options, () => {
  it('any environment gives a configuration in range, or an error that names each wrong key once', options, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, values), { maxLength: 8 }), (pairs) => {
        const env = { SOFT_STREAM_RUN_DIR: '/run/test', ...Object.fromEntries(pairs) };
        try {
          for (const camera of loadConfig({ env, cwd: '/', isTerminal: false }).cameras) {
            assert.ok(camera.width >= 64 && camera.width <= 16_384);
            assert.ok(Number.isInteger(camera.fps) && camera.fps >= 1 && camera.fps <= 240);
            assert.ok(camera.quality >= 1 && camera.quality <= 100);
            assert.ok(camera.snapshot.width >= 64 && camera.snapshot.height >= 64);
            assert.ok(camera.port >= 0 && camera.port <= 65_535);
            assert.ok(camera.lingerMs >= 0 && camera.watchdogTimeoutMs >= 0);
          }
        } catch (error) {
          assert.ok(error instanceof ConfigError, String(error));
          assert.ok(error.problems.length > 0);
          assert.equal(error.message.split('\n').length, error.problems.length + 1);
        }
      }),
      { numRuns },
    );
  });
});
