// The types of state-words.js for the server, which paints the first state with it.

export type Tone = 'live' | 'wait' | 'held' | 'bad' | 'off';

export interface StateWords {
  readonly key: string;
  readonly tone: Tone;
  readonly title: string;
  /** beside the title: measured rate, or the age of the picture; may be empty */
  readonly detail: string;
  readonly sentence: string;
}

export interface Now {
  /** set: the feed is broken, and this long nothing was heard */
  readonly silentMs?: number;
  readonly pictureAgeMs?: number | null;
  /** this page gets no picture now: the camera is full, or it failed; tried again after so long */
  readonly refusal?: { readonly isFull: boolean; readonly waitMs: number };
  /** the picture was asked for a while ago, and nothing has come */
  readonly isLate?: boolean;
  /** false: the viewer stopped the picture */
  readonly isShown?: boolean;
  /** the server's wall clock, ms since 1970 */
  readonly nowMs: number;
}

export function describeState(
  status: import('../src/status/portal-status.ts').PortalStatus,
  now: Now,
  texts: unknown,
): StateWords;

/** @param key of `state` in texts/en.json */
export function stateTitle(key: string, texts: unknown): string;
