// A visitor who only wants to watch, while somebody else does their worst.

import assert from 'node:assert/strict';
import { isLive, type Viewer, watch } from '../viewer/watch.ts';

export interface Watcher extends AsyncDisposable {
  /**
   * Asserts that since it came, or since the last call, every part was live, and that of the frames captured meanwhile
   * at most the share `mayMiss` did not arrive.
   */
  assertUndisturbed(mayMiss?: number): void;
}

/** Resolves when the first live picture is there. */
export async function startWatcher(url: string, fps: number): Promise<Watcher> {
  const viewer: Viewer = await watch(url);
  await viewer.next('a live picture', isLive);
  let from = viewer.seen.length;
  return {
    assertUndisturbed(mayMiss = 0.2) {
      const parts = viewer.seen.slice(from);
      from = viewer.seen.length;
      assert.equal(viewer.isClosed, false, 'the viewer was thrown out');
      assert.deepEqual(
        parts.filter(({ kind }) => kind !== 'live').length,
        0,
        'the viewer saw something else than live pictures',
      );
      const times = parts.map(({ timestamp }) => Number(timestamp));
      const seconds = (times.at(-1) ?? 0) - (times[0] ?? 0);
      const expected = seconds * fps;
      assert.ok(seconds > 0.5, `it is judged by ${seconds} s only`);
      assert.ok(parts.length >= expected * (1 - mayMiss), `${parts.length} of ${expected.toFixed(0)} frames arrived`);
    },
    [Symbol.asyncDispose]: () => viewer.leave(),
  };
}
