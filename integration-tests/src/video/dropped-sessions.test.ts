// Sessions that are opened and forgotten: Mainsail's card starts anew without a DELETE, tabs are closed, scripts probe.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { MIB, openDescriptors, residentBytes } from '../hostile/process-cost.ts';
import { startReceiver, watchFromNode } from './node-viewer.ts';
import { startVideoPair, videoWorkerPid } from './start-video-pair.ts';

/** 1000 in the long form, behind a first wave that fills what is filled once. */
const WAVES = process.env['SOFT_STREAM_LONG'] ? 6 : 3;
const WAVE = 200;
/** of what the first wave has left behind */
const MAX_GROWTH = 16 * MIB;

test(`${WAVES} times ${WAVE} sessions that never connect and are never ended: all go, nothing grows`, {
  timeout: 300_000,
}, async (context) => {
  await using pair = await startVideoPair({
    cam0_webrtc_max_viewers: String(WAVE),
    cam0_max_viewers: String(2 * WAVE),
    MALLOC_ARENA_MAX: '1', // as launcher, units and images set it
  });
  // It keeps the worker alive, whose growth is judged.
  const viewer = await watchFromNode(pair.url(0));
  const worker = videoWorkerPid(pair);
  const receiver = startReceiver();
  const { sdp } = await receiver.describe({ do: 'offer' });
  receiver.drop();
  const offer = () =>
    fetch(pair.url(0, '/whep'), { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
  const costs = () =>
    [pair.http.pid, worker].map((pid) => ({ resident: residentBytes(pid), descriptors: openDescriptors(pid) }));

  const seen = [];
  for (let wave = 0; wave < WAVES; wave++) {
    // One place is the honest viewer's.
    for (let opened = 0; opened < WAVE - 1; opened++) assert.equal((await offer()).status, 201);
    assert.equal((await offer()).status, 503, 'the limit holds meanwhile');
    await pair.untilStatus(0, 'counts the honest viewer alone', ({ viewers }) => viewers === 1);
    seen.push(costs());
    context.diagnostic(JSON.stringify(seen.at(-1)));
  }

  const [first, last] = [seen[0] ?? [], seen.at(-1) ?? []];
  for (const [index, name] of ['http-service', 'the worker'].entries()) {
    const [before, after] = [first[index], last[index]];
    assert.ok(before && after);
    assert.ok(
      after.descriptors <= before.descriptors + 2,
      `${name}: ${before.descriptors} descriptors, then ${after.descriptors}`,
    );
    assert.ok(
      after.resident < before.resident + MAX_GROWTH,
      `${name}: ${before.resident / MIB} MiB, then ${after.resident / MIB}`,
    );
  }
  const { packets } = viewer;
  await waitFor('more video for the honest viewer', () => viewer.packets > packets + 10);
  viewer.drop();
});
