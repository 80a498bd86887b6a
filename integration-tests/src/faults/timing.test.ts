// How long the pair itself takes, beyond the camera programs: first viewer to first live frame, last viewer to release.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { isWholeJpeg } from '@soft-stream/shared/mjpeg/jpeg';
import { freshAfter, measured } from './observe.ts';
import { type Rig, startRig } from './rig.ts';

const ROUNDS = 7;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** From spawn to the end of its first frame, or to its end. @returns ms */
async function timeAlone(rig: Rig, program: string, args: readonly string[]): Promise<number> {
  const startMs = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...rig.pi.env }, stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  let bytes = Buffer.alloc(0);
  let doneMs = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    if (doneMs > 0) return;
    bytes = Buffer.concat([bytes, chunk]);
    if (!isWholeJpeg(bytes)) return;
    doneMs = performance.now();
    child.kill('SIGINT');
  });
  await closed;
  return (doneMs || performance.now()) - startMs;
}

test('first viewer to live, and last viewer to released camera', { timeout: 180_000 }, async (t) => {
  await using rig = await startRig({ env: { cam0_linger: '0' } });
  const total: number[] = [];
  const release: number[] = [];
  const listing: number[] = [];
  const video: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const askedMs = performance.now();
    const viewer = await rig.watch();
    const part = await freshAfter(viewer, askedMs);
    total.push(part.receivedMs - askedMs);
    await viewer.leave();
    release.push(await rig.untilReleased());
    await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
    listing.push(await timeAlone(rig, 'rpicam-vid', ['--list-cameras']));
    video.push(await timeAlone(rig, 'rpicam-vid', rig.pi.starts()[0]?.args ?? []));
  }

  measured(t, 'first viewer to first live frame, median', median(total));
  measured(t, 'listing the cameras, run alone, which only the first start does', median(listing));
  measured(t, 'of it rpicam-vid to its first frame, run alone', median(video));
  measured(t, 'the second start and later, beyond rpicam-vid', median(total.slice(1)) - median(video));
  measured(t, 'last viewer to released camera, median', median(release));
  const { starts } = await rig.status();
  assert.deepEqual(starts, { total: ROUNDS, withoutListing: ROUNDS - 1, corrected: 0 });
});
