// One viewer: a socket that is given parts, one at a time. It gets the newest frame once it has taken the last one;
// there is never a queue, so what waits for it in this process is at most one part. What waits in the kernel is judged
// elsewhere (backlog-watch.ts).

import type { Socket } from 'node:net';
import { type Boundary, closingDelimiter, openingHead } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { StreamCounters } from '../status/counters.ts';
import type { FramePacer } from './frame-pacer.ts';
import { type Part, piecesOf } from './part.ts';

export interface Viewer {
  readonly socket: Socket;
  /** The first part, behind response headers that may still wait. */
  begin(part: Part): void;
  /** A new part. @param nowMs CLOCK_MONOTONIC ms */
  offer(part: Part, nowMs: number): void;
  /** Nothing came after `part` for a while: gives it a second time, or now if it was left out. */
  repeat(part: Part): void;
  /** Ends the stream as RFC 2046 has it. */
  end(): void;
  /** Too much is under way to it: it is given nothing until this is over. Set by whoever knows. */
  lags: boolean;
  /** The part whose bytes the socket may still refer to; undefined when it has taken all. */
  readonly holding: Part | undefined;
  /** Parts written so far. */
  readonly written: number;
  /** Frames left out because it was still taking an older one, from here or from the kernel. */
  readonly dropped: number;
}

export interface ViewerOptions {
  /** after the response head; its writableHighWaterMark is below the size of a frame, so that every part drains */
  readonly socket: Socket;
  readonly advance: boolean;
  readonly boundary: Boundary;
  /** undefined: every frame */
  readonly pacer: FramePacer | undefined;
  readonly counters: StreamCounters;
  /** what it gets when it has drained after leaving something out */
  newest(): Part | undefined;
  nowMs(): number;
  /** once, with its first live part */
  onFirstLive(): void;
}

/** A part has no successor: it is sent this often in all. Some clients show a part only when the next one begins. */
const COPIES = 2;

export function createViewer(options: ViewerOptions): Viewer {
  const { socket, advance, boundary, pacer, counters, newest, nowMs, onFirstLive } = options;
  let current: Part | undefined;
  let copies = 0;
  let written = 0;
  let dropped = 0;
  let lags = false;
  let hasMissed = false;
  let awaitsDrain = false;
  let hasLive = false;
  let isOver = false;

  /** More than one leave as one, so that they drain as one. */
  const send = (pieces: readonly Buffer[]) => {
    if (pieces.length > 1) socket.cork();
    for (const bytes of pieces) {
      counters.bytesSent += bytes.byteLength;
      socket.write(bytes);
    }
    if (pieces.length > 1) socket.uncork();
  };
  const write = (part: Part) => {
    if (isOver) return;
    if (advance && written === 0) socket.write(openingHead(part, boundary), 'latin1');
    copies = part === current ? copies + 1 : 1;
    current = part;
    hasMissed = false;
    written++;
    counters.delivered[part.kind]++;
    send(piecesOf(part, boundary, advance));
    if (hasLive || part.kind !== 'live') return;
    hasLive = true;
    onFirstLive();
  };
  const isBusy = () => lags || socket.writableLength > 0;
  const skip = () => {
    hasMissed = true;
    // Every write is followed by a drain; whoever keeps up is spared listening to it.
    if (!awaitsDrain) socket.once('drain', onDrain);
    awaitsDrain = true;
  };
  const offer = (part: Part, atMs: number) => {
    // Only the newest is still to come: what it replaces is lost for this viewer.
    if (hasMissed) {
      hasMissed = false;
      dropped++;
      counters.dropped.busy++;
    }
    if (isBusy()) skip();
    else if (pacer && part.kind === 'live' && !pacer.take(atMs)) counters.dropped.fps++;
    else write(part);
  };

  const onDrain = () => {
    awaitsDrain = false;
    if (!hasMissed) return;
    // The newest is the one that was missed: nothing is lost.
    hasMissed = false;
    const part = newest();
    if (part !== undefined && part !== current) offer(part, nowMs());
  };
  socket.once('close', () => {
    isOver = true;
  });

  return {
    socket,
    begin: write,
    offer,
    repeat(part) {
      if (isBusy()) return;
      if (part !== current || copies < COPIES) write(part);
    },
    end() {
      isOver = true;
      // In the advance form the head of a part is out already: nothing follows it.
      if (advance) socket.end();
      else socket.end(closingDelimiter(boundary));
    },
    get lags() {
      return lags;
    },
    set lags(value) {
      lags = value;
    },
    get holding() {
      return socket.writableLength > 0 ? current : undefined;
    },
    get written() {
      return written;
    },
    get dropped() {
      return dropped;
    },
  };
}
