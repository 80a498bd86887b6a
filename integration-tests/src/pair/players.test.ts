import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

test('ffmpeg plays the stream (-f mpjpeg)', { timeout: 90_000, skip: !hasFfmpeg && 'no ffmpeg' }, async () => {
  await using pair = await startPair();
  const input = ['-f', 'mpjpeg', '-i', pair.url(0, '/stream.mjpg')];

  const played = await runProgram('ffmpeg', [
    '-v',
    'error',
    '-strict_mime_boundary',
    '1',
    ...input,
    '-frames:v',
    '20',
    '-f',
    'framemd5',
    '-',
  ]);

  const frames = played.stdout.split('\n').filter((line) => /^0,/.test(line));
  assert.equal(played.stderr, '');
  assert.equal(played.code, 0);
  assert.equal(frames.length, 20);
});

test('curl saves a snapshot of the asked width', { timeout: 90_000 }, async () => {
  await using pair = await startPair();

  const saved = await runProgram('curl', [
    '-sS',
    '-o',
    '-',
    '-w',
    '%{stderr}%{http_code} %{content_type}',
    pair.url(1, '/snapshot.jpg?width=640'),
  ]);

  assert.equal(saved.stderr, '200 image/jpeg');
  assert.equal(saved.stdoutBytes.readUInt16BE(0), 0xffd8);
});
