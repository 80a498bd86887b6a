// A viewer that stays: reads a stream in the background, keeps what it saw, and lets a test wait for the next thing.

import { openStream, type StreamOptions, type StreamPart } from './read-stream.ts';

export interface Viewer extends AsyncDisposable {
  /** everything since it connected, without the pictures before the last */
  readonly seen: readonly SeenPart[];
  /** true once the connection has ended */
  readonly isClosed: boolean;
  /** Resolves with the first part, not yet asked about, that fits. Rejects when the stream ends or after 30 s. */
  next(what: string, fits: (part: StreamPart) => boolean): Promise<StreamPart>;
  /** Leaves; resolves when the connection is closed. */
  leave(): Promise<void>;
}

export interface SeenPart {
  readonly kind: string;
  readonly timestamp: string | undefined;
  readonly byteLength: number;
  /** CLOCK_MONOTONIC ms */
  readonly receivedMs: number;
}

interface Wait {
  readonly fits: (part: StreamPart) => boolean;
  readonly resolve: (part: StreamPart) => void;
  readonly reject: (error: Error) => void;
}

const NEXT_LIMIT_MS = 30_000;
/** Parts that came before anybody asked; enough for what a test asks next. */
const KEPT_PARTS = 400;

export async function watch(url: string, options: StreamOptions = {}): Promise<Viewer> {
  const stream = await openStream(url, options);
  const seen: SeenPart[] = [];
  const unread: StreamPart[] = [];
  const waits = new Set<Wait>();
  let isClosed = false;

  const serve = (wait: Wait) => {
    const at = unread.findIndex(wait.fits);
    const part = unread[at];
    if (part === undefined) return;
    unread.splice(0, at + 1);
    waits.delete(wait);
    wait.resolve(part);
  };

  const reading = (async () => {
    try {
      for await (const part of stream) {
        const { kind, timestamp, receivedMs } = part;
        seen.push({ kind, timestamp, byteLength: part.body.length, receivedMs });
        unread.push(part);
        if (unread.length > KEPT_PARTS) unread.shift();
        for (const wait of waits) serve(wait);
      }
    } catch {
      // ERR_STREAM_PREMATURE_CLOSE or ECONNRESET: the other side is gone, which `isClosed` tells
    } finally {
      isClosed = true;
      for (const wait of waits) wait.reject(new Error('the stream ended'));
    }
  })();

  const leave = async () => {
    stream.close();
    await reading;
  };

  return {
    seen,
    get isClosed() {
      return isClosed;
    },
    next(what, fits) {
      return new Promise<StreamPart>((resolve, reject) => {
        const timer = setTimeout(() => fail('30 s were over'), NEXT_LIMIT_MS);
        const fail = (why: string) => {
          waits.delete(wait);
          clearTimeout(timer);
          reject(new Error(`${why} before ${what}; seen: ${summary(seen)}`));
        };
        const wait: Wait = {
          fits,
          resolve: (part) => {
            clearTimeout(timer);
            resolve(part);
          },
          reject: (error) => fail(error.message),
        };
        waits.add(wait);
        serve(wait);
        if (isClosed && waits.has(wait)) fail('the stream had ended');
      });
    },
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

export const isLive = (part: StreamPart): boolean => part.kind === 'live';
export const isHeld = (part: StreamPart): boolean => part.kind === 'held';
export const isPlaceholder = (part: StreamPart): boolean => part.kind === 'placeholder';

/** `placeholder x2, live x31, held x3` */
function summary(seen: readonly SeenPart[]): string {
  const runs: { kind: string; count: number }[] = [];
  for (const { kind } of seen) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.count++;
    else runs.push({ kind, count: 1 });
  }
  return runs.map(({ kind, count }) => `${kind} x${count}`).join(', ') || 'nothing';
}
