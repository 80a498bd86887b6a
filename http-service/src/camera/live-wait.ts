// Waiting for a live frame, as long as there is hope: a camera that cannot stream now says so at once.

import type { CameraState } from '@soft-stream/shared/api/camera-status';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { HttpProblem } from '../errors/http-problem.ts';
import { describe } from '../pictures/words.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import type { PortalStatus } from '../status/portal-status.ts';

const HOPELESS: readonly CameraState[] = ['absent', 'failed', 'held-off'];

/**
 * @param wait the waiting itself; it ends when its signal aborts
 * @throws {HttpProblem} ERR_CAMERA_UNAVAILABLE or ERR_CAPTURE_AWAY with the state in words
 */
export async function waitWhileHopeful<T>(
  monitor: Pick<CameraMonitor, 'status' | 'onStatus'>,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const check = (status: PortalStatus) => {
    if (!status.captureReachable || HOPELESS.includes(status.state)) ended.abort(unavailable(status));
  };
  check(monitor.status());
  const unsubscribe = monitor.onStatus(check);
  const cancel = clock.after(timeoutMs, () => ended.abort(tooLate(monitor.status(), timeoutMs)));
  try {
    return await wait(ended.signal);
  } finally {
    cancel();
    unsubscribe();
  }
}

/** The state alone would be no reason: a camera that is starting, or streams, is one that gives pictures. */
function tooLate(status: PortalStatus, timeoutMs: number): HttpProblem {
  const { title, detail } = describe({ status, captureReachable: status.captureReachable, nowMs: status.nowMs });
  const waited = `no picture arrived within ${Math.round(timeoutMs / 100) / 10} s`;
  const state = status.state === 'streaming' ? '' : title;
  return new HttpProblem('ERR_CAMERA_UNAVAILABLE', [state, detail, waited].filter((part) => part !== '').join(': '));
}

function unavailable(status: PortalStatus): HttpProblem {
  const { title, detail } = describe({ status, captureReachable: status.captureReachable, nowMs: status.nowMs });
  const message = detail === '' ? title : `${title}: ${detail}`;
  if (!status.captureReachable) return new HttpProblem('ERR_CAPTURE_AWAY', message, { retryAfterS: 2 });
  const nextTryS = status.nextTryAtMs === null ? 0 : Math.ceil((status.nextTryAtMs - status.nowMs) / 1000);
  return new HttpProblem('ERR_CAMERA_UNAVAILABLE', message, nextTryS > 0 ? { retryAfterS: nextTryS } : {});
}
