// What every program answers before it does anything: --help, --version, and an option that it does not have.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { runProgram } from '../harness/run-program.ts';

const timeout = 60_000;
const PROGRAMS: readonly (readonly [name: string, entry: string])[] = [
  ['capture-service', checkout.capture],
  ['http-service', checkout.http],
  ['camctl', checkout.camctl],
  ['start', join(checkout.root, 'launcher/dist/main.js')],
  ['demo', join(checkout.root, 'integration-tests/dist/demo/main.js')],
  ['bench', join(checkout.root, 'integration-tests/dist/bench/main.js')],
  ['soak', join(checkout.root, 'integration-tests/dist/soak/main.js')],
  ['make-recordings', join(checkout.root, 'integration-tests/dist/recordings/make-recordings.js')],
  ['measure-fps', join(checkout.root, 'integration-tests/dist/measure-fps/main.js')],
];

for (const [name, entry] of PROGRAMS) {
  test(`${name} answers --help, --version and an option that it does not have`, { timeout }, async () => {
    const run = (...args: readonly string[]) => runProgram(process.execPath, [entry, ...args]);

    const [help, short, version, unknown] = await Promise.all([
      run('--help'),
      run('-h'),
      run('--version'),
      run('--nonsense'),
    ]);

    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.match(help.stdout, /^usage: /i);
    assert.equal(short.stdout, help.stdout);
    assert.deepEqual([version.code, version.stderr], [0, '']);
    assert.match(version.stdout, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n$`));
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, new RegExp(`^${name}: unknown option --nonsense\n\nusage: `, 'i'));
    assert.doesNotMatch(unknown.stderr, /\n +at |node:/);
  });
}
