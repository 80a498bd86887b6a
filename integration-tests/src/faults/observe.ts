// What a test reads off a viewer and the log, and the figures it reports for docs/RELIABILITY.md.

import type { TestContext } from 'node:test';
import type { LogLine, LogLines } from '../harness/log-lines.ts';
import type { StreamPart } from '../viewer/read-stream.ts';
import type { Viewer } from '../viewer/watch.ts';

const LOG_LIMIT_MS = 10_000;

/** The first live part that arrived after this moment. @param atMs performance.now() */
export function liveAfter(viewer: Viewer, atMs: number): Promise<StreamPart> {
  return viewer.next('a live part', (part) => part.kind === 'live' && part.receivedMs >= atMs);
}

/** The first live frame that was captured after this moment. */
export function freshAfter(viewer: Viewer, atMs: number): Promise<StreamPart> {
  const capturedAfterMs = Date.now() - (performance.now() - atMs);
  return viewer.next('a new frame', (part) => part.kind === 'live' && Number(part.timestamp) * 1_000 > capturedAfterMs);
}

export function heldAfter(viewer: Viewer, atMs: number): Promise<StreamPart> {
  return viewer.next('a held part', (part) => part.kind === 'held' && part.receivedMs >= atMs);
}

/** The longest time between two live frames, a repeated one not counted. @param sinceMs performance.now() */
export function longestGapMs(viewer: Viewer, sinceMs: number): number {
  const live = viewer.seen.filter((part) => part.kind === 'live');
  let longest = 0;
  let last: (typeof live)[number] | undefined;
  for (const part of live) {
    if (last && part.timestamp === last.timestamp) continue;
    if (last && part.receivedMs >= sinceMs) longest = Math.max(longest, part.receivedMs - last.receivedMs);
    last = part;
  }
  return longest;
}

/** `live held live`: the kinds seen, runs taken together. */
export function kindsSeen(viewer: Viewer): string {
  const kinds = viewer.seen.map((part) => part.kind);
  return kinds.filter((kind, at) => kind !== kinds[at - 1]).join(' ');
}

/** A line of the log with this sentence whose fields fit; what was seen by other ways may come before it. */
export async function logged(
  log: LogLines,
  msg: string,
  fits: (line: LogLine) => boolean = () => true,
  limitMs = LOG_LIMIT_MS,
): Promise<void> {
  await log.until((line) => line.msg === msg && fits(line), { signal: AbortSignal.timeout(limitMs) });
}

/** Printed beside the test's title: `measured: ... 812 ms`. */
export function measured(t: TestContext, what: string, ms: number): void {
  t.diagnostic(`measured: ${what} ${Math.round(ms)} ms`);
}
