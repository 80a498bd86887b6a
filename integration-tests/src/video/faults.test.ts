// Worker and encoder are killed and stopped under viewers of both kinds: pictures never notice, videos come back.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { processesOf } from '../harness/leftovers.ts';
import type { Pair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { readStream } from '../viewer/read-stream.ts';
import { type NodeViewer, watchFromNode } from './node-viewer.ts';
import { startVideoPair } from './start-video-pair.ts';

const options = { timeout: 120_000 };

function pidOf(pair: Pair, program: RegExp): number | undefined {
  return processesOf(pair.runDir).find((pid) => program.test(commandOf(pid)));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // gone meanwhile
  }
}

const WORKER = /video\/worker\/main\.js/;
const ENCODER = /^ffmpeg /;

/** Counts live pictures until it is stopped. */
function watchPictures(pair: Pair) {
  const ended = new AbortController();
  const seen = { live: 0, others: 0 };
  const done = (async () => {
    for await (const { kind } of readStream(pair.url(0, '/stream.mjpg'), { signal: ended.signal })) {
      if (kind === 'live') seen.live++;
      // Before the first live one there may be a placeholder.
      else if (seen.live > 0) seen.others++;
    }
  })().catch(() => undefined);
  return {
    seen,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await done;
    },
  };
}

async function morePackets(viewer: NodeViewer): Promise<void> {
  const before = viewer.packets;
  await waitFor(`more video than ${before} packets`, () => {
    if (viewer.packets > before + 10) return true;
    throw new Error(`${viewer.packets} packets, ${viewer.state}`);
  });
}

test(
  'kill -9 and SIGSTOP of the encoder: the same sessions go on with another one, pictures notice nothing',
  options,
  async () => {
    await using pair = await startVideoPair();
    await using pictures = watchPictures(pair);
    const viewer = await watchFromNode(pair.url(0));
    await morePackets(viewer);

    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      const encoder = await waitFor('an encoder', () => pidOf(pair, ENCODER));
      const after = pair.http.log.lines.length;
      process.kill(encoder, signal);
      await pair.http.log.until('encoder ended, restarting it', { after });
      await waitFor('another encoder', () => (pidOf(pair, ENCODER) ?? encoder) !== encoder);
      await morePackets(viewer);
    }

    viewer.drop();
    assert.ok(pictures.seen.live > 10);
    assert.equal(pictures.seen.others, 0);
  },
);

test(
  'kill -9 and SIGSTOP of the worker: it is said, videos end and can be had again, pictures notice nothing',
  options,
  async () => {
    await using pair = await startVideoPair();
    await using pictures = watchPictures(pair);

    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      const viewer = await watchFromNode(pair.url(0));
      await morePackets(viewer);
      const worker = await waitFor('a worker', () => pidOf(pair, WORKER));
      const after = pair.http.log.lines.length;
      process.kill(worker, signal);
      await pair.http.log.until('video worker lost: videos end, pictures go on', { after });
      await pair.untilStatus(0, 'counts the pictures alone', ({ viewers }) => viewers === 1);
      await waitFor('worker and encoder to be gone', () => !pidOf(pair, WORKER) && !pidOf(pair, ENCODER));
      assert.equal((await fetch(viewer.location, { method: 'DELETE' })).status, 404);
      viewer.drop();
      const { live } = pictures.seen;
      await waitFor('more pictures', () => pictures.seen.live > live + 5);
    }

    assert.equal(pictures.seen.others, 0);
  },
);

test('a service that is killed takes worker and encoder with it', options, async () => {
  await using pair = await startVideoPair();
  const viewer = await watchFromNode(pair.url(0));
  await morePackets(viewer);

  await pair.http.kill();

  await waitFor('worker and encoder to be gone', () => !pidOf(pair, WORKER) && !pidOf(pair, ENCODER));
  viewer.drop();
});
