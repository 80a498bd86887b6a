// The lines of docs/recipes, run by the real ffmpeg.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';

const timeout = 120_000;
const hasFfmpeg = (await runProgram('ffmpeg', ['-version']).catch(() => undefined))?.code === 0;
const options = { timeout, skip: hasFfmpeg ? false : 'no ffmpeg' };

async function probe(file: string): Promise<string> {
  const entries = 'stream=codec_name,width,height,nb_read_frames';
  const { stdout } = await runProgram('ffprobe', [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    entries,
    '-of',
    'csv=p=0',
    file,
  ]);
  return stdout.trim();
}

test('recording without encoding keeps every picture as it is', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  const file = join(folder, 'print.mkv');

  const input = ['-f', 'mpjpeg', '-use_wallclock_as_timestamps', '1', '-i', pair.url(0, '/stream.mjpg')];
  const { code, stderr } = await runProgram('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...input,
    '-frames:v',
    '30',
    '-c',
    'copy',
    file,
  ]);
  const result = await probe(file);
  rmSync(folder, { recursive: true });

  assert.equal(code, 0, stderr);
  assert.equal(result, 'mjpeg,1280,720,30');
});

test('what MediaMTX runs makes H.264', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  const file = join(folder, 'voron.ts');

  const input = ['-f', 'mpjpeg', '-use_wallclock_as_timestamps', '1', '-i', pair.url(0, '/stream.mjpg')];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30'];
  const args = ['-v', 'error', '-y', ...input, ...output, '-frames:v', '20', '-f', 'mpegts', file];
  const { code, stderr } = await runProgram('ffmpeg', args);
  const result = await probe(file);
  rmSync(folder, { recursive: true });

  assert.equal(code, 0, stderr);
  assert.match(result, /^h264,1280,720,20/);
});
