// Whether a viewer lags: more is under way to it than it takes in 400 ms, at the rate of the last three seconds. A viewer
// that lags gets no frame, so that what it sees next is new. A line of any speed is never idle by that, as long as its
// round trip is shorter. Three seconds, because a program that reads slowly takes in lumps: its machine announces no room
// until it has read all, and then room for 100 KB at once, which seen alone looks like a fast line.

export interface SendBacklog {
  readonly lags: boolean;
  /** when it has to be looked at again, at the latest. CLOCK_MONOTONIC ms */
  readonly lookAtMs: number;
  /** since when it keeps up */
  readonly keepsUpSinceMs: number;
  /** what it had taken in all, look by look: the oldest one is RATE_OVER_MS old, or the viewer's beginning */
  readonly history: readonly Taken[];
}

interface Taken {
  readonly atMs: number;
  readonly bytes: number;
}

export interface BacklogLook {
  readonly nowMs: number;
  /** given so far, whether it has arrived or not */
  readonly givenBytes: number;
  readonly underWayBytes: number;
}

/** What is under way may take this long. */
const UNDER_WAY_MS = 400;
/** A rate is what was taken in so long, or since the viewer's beginning. */
const RATE_OVER_MS = 3_000;
/** Until the next look at a viewer that lags. */
export const LOOK_SOON_MS = 100;
/** At one that keeps up: after a quarter of the time for which it has, up to this. So a new one is looked at often. */
export const LOOK_LATE_MS = 1_000;
const LOOK_AFTER_SHARE = 0.25;
/** Of all that a viewer has taken which has just come: the first bytes are taken by buffers, whatever the line is. */
const FIRST_SHARE = 0.5;

/** A viewer that is about to get its first picture; it is looked at before its second one. */
export function newBacklog(atMs: number, givenBytes: number): SendBacklog {
  return { lags: false, lookAtMs: atMs, keepsUpSinceMs: atMs, history: [{ atMs, bytes: givenBytes }] };
}

/** @param look after `before`, and before another frame is given */
export function judgeBacklog(before: SendBacklog, { nowMs, givenBytes, underWayBytes }: BacklogLook): SendBacklog {
  const now: Taken = { atMs: nowMs, bytes: givenBytes - underWayBytes };
  const sinceMs = nowMs - RATE_OVER_MS;
  const first = before.history.findLastIndex(({ atMs }) => atMs <= sinceMs);
  const history = [...before.history.slice(Math.max(0, first)), now];
  const lags = underWayBytes > takenIn(UNDER_WAY_MS, history);
  const keepsUpSinceMs = lags || before.lags ? nowMs : before.keepsUpSinceMs;
  const lookAfterMs = lags ? LOOK_SOON_MS : Math.min(LOOK_LATE_MS, (nowMs - keepsUpSinceMs) * LOOK_AFTER_SHARE);
  return { lags, lookAtMs: nowMs + lookAfterMs, keepsUpSinceMs, history };
}

/** At its rate. */
function takenIn(ms: number, history: readonly Taken[]): number {
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const share = Math.min(FIRST_SHARE, ms / (last.atMs - first.atMs));
  return (last.bytes - first.bytes) * share;
}
