import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { findProgram, findSetpriv, withDeathSignal } from './programs.ts';

test('a program is the first executable file of its name on PATH', { timeout: 5_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'programs-'));
  try {
    for (const folder of ['plain', 'folder/tool', 'right']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'plain/tool'), '', { mode: 0o644 });
    writeFileSync(join(root, 'right/tool'), '', { mode: 0o755 });
    const path = ['', 'plain', 'folder', 'missing', 'right'].map((name) => name && join(root, name)).join(':');

    assert.equal(findProgram('tool', path), join(root, 'right/tool'));
    assert.equal(findProgram('tool', join(root, 'missing')), undefined);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('setpriv is found beside an empty PATH', () => {
  assert.match(findSetpriv() ?? '', /^\/.*\/setpriv$/);
});

test('a command gets its parent-death signal from setpriv, and goes without one where there is none', () => {
  assert.deepEqual(withDeathSignal(['/bin/a', '-x'], { setpriv: '/bin/setpriv', signal: 'TERM' }), [
    ...['/bin/setpriv', '--pdeathsig', 'TERM', '--'],
    ...['/bin/a', '-x'],
  ]);
  assert.deepEqual(withDeathSignal(['/bin/a', '-x'], { setpriv: undefined, signal: 'KILL' }), ['/bin/a', '-x']);
});
