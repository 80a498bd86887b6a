// A WHEP client that shares no code with browsers or with our library: aiortc, in Python.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../harness/run-program.ts';
import { startVideoPair } from './start-video-pair.ts';

const PYTHON = '/usr/bin/python3';
const VIEWER = fileURLToPath(new URL('../../src/video/aiortc-viewer.py', import.meta.url));
const hasAiortc = spawnSync(PYTHON, ['-c', 'import aiortc']).status === 0;

test('aiortc plays: frames of the right size that differ from each other', {
  timeout: 60_000,
  skip: hasAiortc ? false : 'no aiortc: apt install python3-aiortc',
}, async (context) => {
  await using pair = await startVideoPair();

  const { code, stdout, stderr } = await runProgram(PYTHON, [VIEWER, pair.url(0, '/whep'), '40']);

  assert.equal(code, 0, stderr);
  context.diagnostic(stdout.trim());
  const report = JSON.parse(stdout);
  assert.match(report.location, /^whep\/[0-9a-f]{32}$/);
  assert.equal(report.width, 1280);
  assert.equal(report.frames, 40);
  assert.ok(report.different > 10, 'the pictures move');
});
