// A program that plays a taken-over http-service which wants capture-service to run out of memory or of time: floods,
// long lines, connections in a loop, leases, stills, notifications that nobody reads. Prints what it did, as JSON; one
// honest connection beside it counts the frames that it is told of.
// Usage: node wasteful-web.js RUN_DIR

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { connectAttacker } from './broker-attacker.ts';

const [runDir = ''] = process.argv.slice(2);
const WASTE_MS = 6_000;
let connections = 0;
/** most of it never leaves: the connection is cut before */
let offeredBytes = 0;
let framesMeanwhile = 0;

const honest = new Worker(new URL('honest-thread.js', import.meta.url), { workerData: { runDir } });
honest.on('message', (frames: number) => {
  framesMeanwhile += frames;
});
while (framesMeanwhile === 0) await sleep(50);
framesMeanwhile = 0;

const line = 'a'.repeat(100_000);
const waste = async (kind: number, untilMs: number) => {
  while (performance.now() < untilMs) {
    using mad = await connectAttacker(runDir);
    connections += 1;
    if (kind === 0) {
      for (let count = 0; count < 20; count++) mad.send(line);
      offeredBytes += 20 * line.length;
    } else if (kind === 1) {
      mad.socket.pause();
      for (let count = 0; count < 800; count++) mad.call('status');
      offeredBytes += mad.socket.bytesWritten;
    } else if (kind === 2) {
      // Of a time that never comes. A full one would be granted once in 30 s and stop the frames that are counted here.
      for (let count = 0; count < 100; count++) mad.call('still', { camera: 'cam0', full: false, notBeforeMs: 1e15 });
    } else {
      for (let count = 0; count < 100; count++) mad.call('lease.open', { camera: 'cam0', viewers: count });
      mad.send('{"jsonrpc":"2.0","id":');
    }
    await sleep(50);
  }
};
const beganMs = performance.now();
const untilMs = beganMs + WASTE_MS;
await Promise.all([0, 0, 1, 1, 2, 2, 3, 3].map((kind) => waste(kind, untilMs)));
const tookMs = Math.round(performance.now() - beganMs);
process.stdout.write(JSON.stringify({ tookMs, connections, offeredBytes, framesMeanwhile }));
await honest.terminate();
