// The last events of a camera and what was done about each: the first thing to ask for when one behaves oddly.

import type { CameraTraceEntry } from '@soft-stream/shared/api/camera-status';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Action, CameraEvent } from './decide/events.ts';
import { isLeaving, type MachineState } from './decide/state.ts';

export const TRACE_LENGTH = 50;
/** A still may be the answer to thousands: the trace of a camera stays below 64 KiB, as it travels in one message. */
const MAX_ACTIONS = 8;
const MAX_TEXT_LENGTH = 120;

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
        actions: textsOf(actions.filter(isDeed)),
      });
      if (entries.length > TRACE_LENGTH) entries.shift();
    },
    entries: () => [...entries],
  };
}

/** As many of the newest entries as fit, as JSON. */
export function newestOf(entries: readonly CameraTraceEntry[], maxBytes: number): readonly CameraTraceEntry[] {
  let byteLength = 0;
  let first = entries.length;
  while (first > 0) {
    byteLength += Buffer.byteLength(JSON.stringify(entries[first - 1])) + 1;
    if (byteLength > maxBytes) break;
    first -= 1;
  }
  return entries.slice(first);
}

/** A notification is not an action, and would hide those that are. */
function isDeed(action: Action): boolean {
  return action.do !== 'publish-status' && action.do !== 'announce' && action.do !== 'log';
}

function textsOf(actions: readonly Action[]): string[] {
  const texts = actions.slice(0, MAX_ACTIONS).map((action) => textOf(action.do, action));
  const more = actions.length - MAX_ACTIONS;
  return more > 0 ? [...texts, `and ${more} more`] : texts;
}

/** `leases leases=1 viewers=2` */
function textOf(name: string, data: object): string {
  const fields = Object.entries(data).filter(([key]) => key !== 'type' && key !== 'do');
  const text = [name, ...fields.map(([key, value]) => `${key}=${textOfValue(value)}`)].join(' ');
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH - 3)}...` : text;
}

/** Of a composed value only what it was, and why. */
function textOfValue(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = new Map<string, unknown>(Object.entries(value));
  const what = ['kind', 'result', 'source'].map((key) => fields.get(key)).find((each) => typeof each === 'string');
  const message = fields.get('message');
  return [what, message].filter((each) => typeof each === 'string').join(': ');
}
