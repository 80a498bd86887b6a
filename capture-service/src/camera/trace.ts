// The last events of a camera and what was done about each: the first thing to ask for when one behaves oddly.

import type { CameraTraceEntry } from '@soft-stream/shared/api/camera-status';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Action, CameraEvent } from './decide/events.ts';
import { isLeaving, type MachineState } from './decide/state.ts';

export const TRACE_LENGTH = 50;

export interface Trace {
  add(event: CameraEvent, state: MachineState, actions: readonly Action[]): void;
  /** oldest first */
  entries(): readonly CameraTraceEntry[];
}

export function createTrace(clock: Clock): Trace {
  const entries: CameraTraceEntry[] = [];
  return {
    add(event, state, actions) {
      // Frames that a waiting still looks at one after the other would fill it.
      if (event.type === 'frame' && actions.length === 0) return;
      entries.push({
        timeMs: clock.nowMs(),
        event: textOf(event.type, event),
        state: isLeaving(state) ? `${state.kind}, leaving` : state.kind,
        actions: actions.filter(isDeed).map((action) => textOf(action.do, action)),
      });
      if (entries.length > TRACE_LENGTH) entries.shift();
    },
    entries: () => [...entries],
  };
}

/** What is only told is no deed, and would hide those that are. */
function isDeed(action: Action): boolean {
  return action.do !== 'publish-status' && action.do !== 'announce' && action.do !== 'log';
}

/** `leases leases=1 viewers=2` */
function textOf(name: string, data: object): string {
  const fields = Object.entries(data).filter(([key]) => key !== 'type' && key !== 'do');
  return [name, ...fields.map(([key, value]) => `${key}=${textOfValue(value)}`)].join(' ');
}

function textOfValue(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
