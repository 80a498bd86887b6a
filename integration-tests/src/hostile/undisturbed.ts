// A visitor who only wants to watch, while somebody else does their worst.

import assert from 'node:assert/strict';
import { waitFor } from '../harness/wait-for.ts';
import { isLive, type SeenPart, type Viewer, watch } from '../viewer/watch.ts';

export interface Watcher extends AsyncDisposable {
  /**
   * Waits for three seconds of parts if need be, and asserts that since it came, or since the last call, every part was live, and that of the frames captured meanwhile
   * at most the share `mayMiss` did not arrive.
   */
  assertUndisturbed(mayMiss?: number): Promise<void>;
}

const JUDGED_BY_S = 3;

/** Resolves when the first live picture is there. */
export async function startWatcher(url: string, fps: number): Promise<Watcher> {
  const viewer: Viewer = await watch(url);
  await viewer.next('a live picture', isLive);
  let from = viewer.seen.length;
  return {
    async assertUndisturbed(mayMiss = 0.3) {
      await waitFor(
        'three seconds of parts',
        () => viewer.isClosed || secondsOf(viewer.seen.slice(from)) > JUDGED_BY_S,
      );
      const parts = viewer.seen.slice(from);
      from = viewer.seen.length;
      assert.equal(viewer.isClosed, false, 'the viewer was thrown out');
      assert.deepEqual(
        parts.filter(({ kind }) => kind !== 'live').length,
        0,
        'the viewer saw something else than live pictures',
      );
      const seconds = secondsOf(parts);
      const expected = seconds * fps;
      assert.ok(parts.length >= expected * (1 - mayMiss), `${parts.length} of ${expected.toFixed(0)} frames arrived`);
    },
    [Symbol.asyncDispose]: () => viewer.leave(),
  };
}

/** From the capture of the first to that of the last. */
function secondsOf(parts: readonly SeenPart[]): number {
  return Number(parts.at(-1)?.timestamp ?? 0) - Number(parts[0]?.timestamp ?? 0);
}
