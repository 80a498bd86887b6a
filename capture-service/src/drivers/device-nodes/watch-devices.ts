// Notifies when camera devices come or go: inotify on /dev, which also works in a container with /dev bound.

import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';

/** One camera makes several nodes, and udev needs a moment to mark them initialised. */
const SETTLE_MS = 1_000;
/** Nodes that keep coming and going are reported at least this often. */
const LONGEST_SETTLE_MS = 5_000;
/** What a CSI camera brings. */
const CSI_NODE = /^(media|v4l-subdev)/;

export interface DeviceWatch extends AsyncDisposable {
  /** false when the folder cannot be watched, or no longer: cameras are then found on demand only */
  readonly isWatching: boolean;
}

/** Holds no timer while nothing changes. */
export function watchDevices(options: {
  /** default /dev */
  readonly folder?: string;
  /** which nodes belong to a camera; default: those of CSI cameras */
  readonly names?: RegExp;
  readonly clock: Clock;
  readonly log: Logger;
  /** at once, for every node that comes or goes */
  readonly onNode?: () => void;
  /** the watch ended by itself: silence is no sign any more */
  readonly onLost?: () => void;
  /** once, about a second after the last change */
  readonly onChange: () => void;
}): DeviceWatch {
  const { folder = '/dev', names = CSI_NODE, clock, log, onNode, onLost, onChange } = options;
  let firstChangeMs: number | undefined;
  let cancel: (() => void) | undefined;
  const notify = () => {
    firstChangeMs = undefined;
    cancel = undefined;
    onChange();
  };
  const onEntry = (name: string | null) => {
    if (name === null || !names.test(name)) return;
    onNode?.();
    const nowMs = clock.monotonicMs();
    firstChangeMs ??= nowMs;
    cancel?.();
    cancel = clock.after(Math.max(0, Math.min(SETTLE_MS, firstChangeMs + LONGEST_SETTLE_MS - nowMs)), notify);
  };

  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, (event, name) => {
      // `change` is only a write or chmod; nodes that come and go are `rename`.
      if (event === 'rename') onEntry(name);
    });
    watcher.on('error', (err) => {
      log.warn({ err, folder }, 'devices are no longer watched');
      watcher = undefined;
      onLost?.();
    });
  } catch (error) {
    log.warn({ folder, reason: errorMessage(error) }, 'devices cannot be watched: cameras are found on demand only');
  }
  return {
    get isWatching() {
      return watcher !== undefined;
    },
    async [Symbol.asyncDispose]() {
      cancel?.();
      watcher?.close();
    },
  };
}
