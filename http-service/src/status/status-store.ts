// What is known of one camera and who is notified: the last status of capture, reachability, listeners.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { CameraMonitor, Observations } from './camera-monitor.ts';
import type { PortalStatus } from './portal-status.ts';
import { cleanStatus, type KnownHere, portalStatus, unheardStatus } from './portal-status.ts';

export interface StatusStore extends Pick<CameraMonitor, 'status' | 'onStatus' | 'observe'> {
  /** Capture said something new. */
  heard(status: CameraStatus): void;
  /** The same without notifying anybody. */
  refreshed(status: CameraStatus): void;
  setReachable(isReachable: boolean): void;
  /** Something that this process knows better has changed: notifies the listeners. */
  changed(): void;
  record<K extends keyof Observations>(what: K, seconds: number): void;
  /** by the last word of a capture that is there */
  readonly isStreaming: boolean;
}

/** @param here asked for every status */
export function createStatusStore(
  config: CameraConfig,
  clock: Clock,
  here: () => Omit<KnownHere, 'nowMs' | 'captureReachable'>,
): StatusStore {
  const listeners = new Set<(status: PortalStatus) => void>();
  const observers = new Set<Partial<Observations>>();
  let heard = unheardStatus(config, clock.nowMs());
  let captureReachable = false;

  const status = () => portalStatus(heard, { nowMs: clock.nowMs(), captureReachable, ...here() });
  const changed = () => {
    if (listeners.size === 0) return;
    const now = status();
    for (const listener of [...listeners]) listener(now);
  };
  return {
    status,
    changed,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    heard(next) {
      heard = cleanStatus(next);
      changed();
    },
    refreshed(next) {
      heard = cleanStatus(next);
    },
    setReachable(isReachable) {
      captureReachable = isReachable;
      changed();
    },
    get isStreaming() {
      return captureReachable && heard.state === 'streaming';
    },
    record(what, seconds) {
      for (const observer of observers) observer[what]?.(seconds);
    },
  };
}
