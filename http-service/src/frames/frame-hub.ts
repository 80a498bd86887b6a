// Where the frames of one camera meet its viewers: one read of the ring and one assembled part per frame, however many
// watch. Judges by itself what is live, has a held picture or placeholder drawn when nothing is, and repeats a part
// that has no successor. Its one timer runs only while somebody watches.

import type { FrameKind } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { StreamCounters } from '../status/counters.ts';
import { createBacklogWatch } from './backlog-watch.ts';
import { createDeadline } from './deadline.ts';
import { liveForMs } from './frame-age.ts';
import type { FrameReader, KeptFrame } from './frame-reader.ts';
import { createFrameWaiters } from './frame-waiters.ts';
import { type Part, partOf } from './part.ts';
import { createStuckViewers, LOOK_EVERY_MS } from './stuck-viewers.ts';
import type { Viewer } from './viewer.ts';

/** Viewers that take frames another way than by a socket: videos. */
export interface Audience {
  readonly viewerCount: number;
  /** The newest picture, as to every viewer. Its bytes are valid until this returns. @param nowMs CLOCK_MONOTONIC ms */
  offer(part: Part, nowMs: number): void;
}

export interface FrameHubOptions {
  /** frames per second that the camera was asked for */
  readonly fps: number;
  readonly reader: FrameReader;
  /** What is shown when nothing is live: the last frame dimmed, with its age; a placeholder when there is none. */
  draw(last: KeptFrame | undefined): Promise<Uint8Array>;
  /** why nothing is live: goes with what is drawn, in a header */
  reason?(): string;
  readonly counters: StreamCounters;
  /** frames come from the camera now, as capture tells it: asked when the first viewer comes */
  isStreaming(): boolean;
  /** Once per live frame that was read, after it was handed to all. @param capturedMs CLOCK_MONOTONIC ms */
  onFrame(capturedMs: number): void;
  /** the kind of picture that viewers see has changed, or viewers came or went */
  onChange(): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface FrameHub {
  /** Capture announced a frame. */
  receive(sequence: bigint): void;
  /** Gives it a picture at once and all that follow, until its socket closes. */
  add(viewer: Viewer): void;
  /** Besides the viewers with a socket. One at most. */
  setAudience(audience: Audience): void;
  /** Somebody in the audience came or went. */
  audienceChanged(): void;
  readonly newest: Part | undefined;
  readonly viewerCount: number;
  /** A copy of the next frame captured after this. @param afterMs CLOCK_MONOTONIC ms @throws `signal.reason` */
  nextFrame(afterMs: number, signal: AbortSignal): Promise<KeptFrame>;
  /**
   * A copy of the newest frame, however old, whoever made the camera stream; made once per frame. Asks for nothing:
   * a camera that rests goes on resting. undefined: there was none since capture has started.
   */
  glance(): KeptFrame | undefined;
  /** Draws anew at once what is drawn: the camera's state has changed. Nothing while frames are live. */
  redraw(): void;
  /** the newest frame is young enough to be shown as live */
  readonly isLive: boolean;
  /** what viewers are shown; null while nobody watches */
  readonly kind: FrameKind | null;
  /** Ends every stream with a closing delimiter. */
  close(): void;
}

/** How often a picture that is not live is drawn and sent. */
const DRAW_EVERY_MS = 1_000;
/** A part without a successor for so many frame times is sent again. */
const REPEAT_AFTER_FRAMES = 2;

export function createFrameHub(options: FrameHubOptions): FrameHub {
  const { fps, reader, draw, counters, isStreaming, onFrame, onChange, clock, log } = options;
  const repeatAfterMs = (REPEAT_AFTER_FRAMES * 1000) / fps;
  const viewers = new Set<Viewer>();
  const stuckViewers = createStuckViewers();
  const backlogs = createBacklogWatch(clock);
  const waiters = createFrameWaiters();
  let audience: Audience | undefined;
  let audienceCount = 0;
  /** by anybody, with a socket or without */
  let isWatched = false;
  let newest: Part | undefined;
  let repeatAtMs = Number.POSITIVE_INFINITY;
  let drawAtMs = Number.POSITIVE_INFINITY;
  let lookAtMs = Number.POSITIVE_INFINITY;
  /** Frames captured until then belong to a stream that has ended: young or not, they are shown as held. */
  let endedMs = Number.NEGATIVE_INFINITY;
  let isDrawing = false;
  let isClosed = false;

  const liveUntilMs = () =>
    reader.monotonicMs > endedMs ? reader.monotonicMs + liveForMs(fps) : Number.NEGATIVE_INFINITY;
  const isLive = () => clock.monotonicMs() < liveUntilMs();

  const arm = () => deadline.expireAt(Math.min(repeatAtMs, drawAtMs, lookAtMs));
  const deadline = createDeadline(clock, (nowMs) => {
    if (!isWatched) return;
    if (nowMs >= repeatAtMs && newest) {
      repeatAtMs = Number.POSITIVE_INFINITY;
      for (const viewer of viewers) viewer.repeat(newest);
    }
    if (nowMs >= drawAtMs) showDrawn();
    if (nowMs >= lookAtMs) {
      lookAtMs = nowMs + LOOK_EVERY_MS;
      for (const viewer of stuckViewers.look(viewers, nowMs)) drop(viewer);
    }
    arm();
  });

  const publish = (part: Part, nowMs: number) => {
    const hasChanged = newest?.kind !== part.kind;
    newest = part;
    backlogs.look(viewers, nowMs);
    for (const viewer of viewers) viewer.offer(part, nowMs);
    if (audienceCount > 0) audience?.offer(part, nowMs);
    repeatAtMs = nowMs + repeatAfterMs;
    if (hasChanged && isWatched) onChange();
  };

  /** Reads what the ring holds; stale frames are kept for the held picture, and not shown as live. */
  const take = (): boolean => {
    const part = reader.read(viewers);
    if (part === undefined) return false;
    const nowMs = clock.monotonicMs();
    if (!isLive()) return true;
    waiters.settle(reader);
    if (isWatched) {
      drawAtMs = liveUntilMs();
      publish(part, nowMs);
      arm();
    }
    onFrame(reader.monotonicMs);
    return true;
  };

  const showDrawn = () => {
    if (isLive()) {
      drawAtMs = liveUntilMs();
      return;
    }
    drawAtMs = clock.monotonicMs() + DRAW_EVERY_MS;
    if (!isDrawing) void drawNow();
  };

  const drawNow = async () => {
    isDrawing = true;
    try {
      const last = reader.keep();
      const reason = options.reason?.();
      const jpeg = await draw(last);
      if (isLive() || !isWatched || isClosed) return;
      // A held picture keeps the time of its capture: it is as old as it is.
      const part = last
        ? partOf(jpeg, 'held', last.capturedAtMs, reason)
        : partOf(jpeg, 'placeholder', clock.nowMs(), reason);
      publish(part, clock.monotonicMs());
      arm();
    } catch (err) {
      log.error({ err }, 'drawing a picture failed');
    } finally {
      isDrawing = false;
    }
  };

  const drop = (viewer: Viewer) => {
    counters.viewersStuck++;
    log.info({ clientId: viewer.socket.remoteAddress, dropped: viewer.dropped }, 'stalled viewer dropped');
    viewer.socket.destroy();
  };

  /** The first one came. */
  const wake = () => {
    if (isWatched) return;
    if (!isStreaming()) endedMs = clock.monotonicMs();
    // The camera may be running already: what the ring holds is shown before the first notification.
    take();
    newest = isLive() ? reader.newest : undefined;
    lookAtMs = clock.monotonicMs() + LOOK_EVERY_MS;
    isWatched = true;
  };
  /** Somebody has come, and was given what there is. */
  const goOn = () => {
    repeatAtMs = clock.monotonicMs() + repeatAfterMs;
    if (!isLive() && newest === undefined) showDrawn();
    else if (drawAtMs === Number.POSITIVE_INFINITY) drawAtMs = liveUntilMs();
    arm();
    onChange();
  };
  const left = () => {
    if (viewers.size + audienceCount === 0) {
      isWatched = false;
      deadline.cancel();
      newest = undefined;
      repeatAtMs = drawAtMs = lookAtMs = Number.POSITIVE_INFINITY;
    }
    if (!isClosed) onChange();
  };
  const remove = (viewer: Viewer) => {
    if (viewers.delete(viewer)) left();
  };

  return {
    receive(sequence) {
      if (reader.has(sequence)) return;
      if (!isWatched && !waiters.isWaiting) return;
      if (!take()) counters.framesMissed++;
    },
    add(viewer) {
      const { socket } = viewer;
      if (socket.destroyed) return;
      socket.once('close', () => remove(viewer));
      wake();
      viewers.add(viewer);
      backlogs.add(viewer);
      if (newest) viewer.begin(newest);
      goOn();
    },
    setAudience(given) {
      audience = given;
    },
    audienceChanged() {
      const before = audienceCount;
      audienceCount = audience?.viewerCount ?? 0;
      if (audienceCount <= before) return left();
      wake();
      if (newest) audience?.offer(newest, clock.monotonicMs());
      goOn();
    },
    get newest() {
      return newest;
    },
    get viewerCount() {
      return viewers.size + audienceCount;
    },
    nextFrame: (afterMs, signal) => waiters.wait(afterMs, signal),
    glance() {
      // Who watches or waits is served by notifications: a frame read here would be missed there.
      if (!isWatched && !waiters.isWaiting) reader.read(viewers);
      return reader.keep();
    },
    redraw() {
      if (isWatched && !isLive()) showDrawn();
      arm();
    },
    get isLive() {
      return isLive();
    },
    get kind() {
      return isWatched ? (newest?.kind ?? null) : null;
    },
    close() {
      isClosed = true;
      isWatched = false;
      audienceCount = 0;
      deadline.cancel();
      for (const viewer of viewers) viewer.end();
    },
  };
}
