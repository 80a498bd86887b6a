// One wall that is open: what it has been sent and has acknowledged, and what is to come. Nothing but acknowledgements
// tells how much is under way: a proxy and two kernels hold megabytes while the socket looks empty. So there are only
// so many records in flight, and what waits is one record per camera, the newest.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { firstChoice, nextChoice, type TileWidth, widthFor } from './tile-width.ts';
import type { Tile } from './tiles.ts';
import type { WallAsk } from './wall-ask.ts';
import { encodeRecord, type TileStatus, type WallRecord } from './wall-record.ts';

/** The answer of a wall, as this module needs it. */
export interface WallSink {
  /** @param taken called when the bytes have left this process */
  write(bytes: Buffer, taken: () => void): void;
}

export interface SessionOptions {
  readonly id: string;
  readonly version: string;
  readonly sink: WallSink;
  /** What there is of a camera now. */
  newest(camera: string, width: TileWidth): Tile | undefined;
  statusOf(camera: string): TileStatus;
  /** is there, and may be shown */
  has(camera: string): boolean;
  /** the cameras in view, or their width, have changed */
  onWanted(): void;
  readonly clock: Clock;
}

export interface WallSession {
  readonly id: string;
  readonly cameras: ReadonlySet<string>;
  readonly width: TileWidth;
  /** CLOCK_MONOTONIC ms of the last word of the wall */
  readonly heardMs: number;
  ask(ask: WallAsk): void;
  /** A new tile of any camera and width. */
  offer(tile: Tile): void;
  /** The status of a camera has changed. */
  statusChanged(camera: string): void;
  /** Says that this side lives, unless something else is under way. */
  beat(): void;
}

/** Records under way at once. */
export const WINDOW_RECORDS = 8;
/** And their bytes: six tenths of a second at 100 kB/s. One record is always allowed. */
export const WINDOW_BYTES = 60_000;
/** How often the width is thought about. */
const CHOOSE_EVERY_MS = 2_000;

export function createSession(options: SessionOptions): WallSession {
  const { id, sink, newest, statusOf, has, onWanted, clock } = options;
  let cameras: ReadonlySet<string> = new Set();
  let wantedWidth: TileWidth = 320;
  let choice = firstChoice(clock.monotonicMs());
  let flow = { offered: 0, replaced: 0 };
  let chosenMs = clock.monotonicMs();
  let heardMs = clock.monotonicMs();
  /** sizes of the records that were sent and not acknowledged, oldest first */
  const inFlight: number[] = [];
  let inFlightBytes = 0;
  let sent = 0;
  let isWriting = false;
  /** In the order in which they are sent; a newer tile takes the place of the one that waits. */
  const waiting = new Map<string, Tile>();
  const changed = new Set<string>();
  /** what the wall has of each camera */
  const shown = new Map<string, Tile>();

  const write = (record: WallRecord, jpeg?: Uint8Array) => {
    const bytes = encodeRecord(record, clock.monotonicMs(), jpeg);
    sent++;
    inFlight.push(bytes.byteLength);
    inFlightBytes += bytes.byteLength;
    isWriting = true;
    sink.write(bytes, () => {
      isWriting = false;
      pump();
    });
  };
  const hasRoom = () =>
    !isWriting && (inFlight.length === 0 || (inFlight.length < WINDOW_RECORDS && inFlightBytes < WINDOW_BYTES));
  const pump = () => {
    while (hasRoom() && writeNext()) {
      // One record a turn: `write` says when there is room again.
    }
  };
  const writeNext = (): boolean => {
    for (const camera of changed) {
      changed.delete(camera);
      write({ type: 'camera', camera, status: statusOf(camera) });
      return true;
    }
    for (const [camera, tile] of waiting) {
      waiting.delete(camera);
      shown.set(camera, tile);
      write({ type: 'picture', camera, capturedMs: Math.round(tile.capturedMs) }, tile.jpeg);
      return true;
    }
    return false;
  };

  const isShown = ({ camera, capturedMs, width }: Tile) => {
    const last = shown.get(camera);
    return last !== undefined && last.capturedMs === capturedMs && last.width >= width;
  };
  const offer = (tile: Tile) => {
    if (tile.width !== choice.width || !cameras.has(tile.camera) || isShown(tile)) return;
    flow.offered++;
    if (waiting.has(tile.camera)) flow.replaced++;
    waiting.set(tile.camera, tile);
    chooseWidth();
    pump();
  };
  const chooseWidth = () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - chosenMs < CHOOSE_EVERY_MS) return;
    const before = choice.width;
    choice = nextChoice(choice, flow, wantedWidth, nowMs);
    chosenMs = nowMs;
    flow = { offered: 0, replaced: 0 };
    if (choice.width !== before) onWanted();
  };
  const acknowledge = (received: number) => {
    // Acknowledgements overtake each other, and nobody can have received more than was sent.
    const oldest = sent - inFlight.length;
    for (let count = Math.min(received, sent) - oldest; count > 0; count--) inFlightBytes -= inFlight.shift() ?? 0;
  };
  const look = (names: readonly string[]) => {
    const before = cameras;
    cameras = new Set(names.filter(has));
    for (const camera of waiting.keys()) if (!cameras.has(camera)) waiting.delete(camera);
    for (const camera of cameras) if (!before.has(camera)) offerNewest(camera);
  };
  const offerNewest = (camera: string) => {
    const tile = newest(camera, choice.width);
    if (tile) offer(tile);
  };

  write({ type: 'hello', session: id, version: options.version });
  return {
    id,
    get cameras() {
      return cameras;
    },
    get width() {
      return choice.width;
    },
    get heardMs() {
      return heardMs;
    },
    ask({ received, cameras: names, width }) {
      heardMs = clock.monotonicMs();
      acknowledge(received);
      if (width !== undefined) {
        wantedWidth = widthFor(width);
        if (choice.width > wantedWidth) choice = nextChoice(choice, flow, wantedWidth, heardMs);
      }
      if (names !== undefined) look(names);
      if (names !== undefined || width !== undefined) onWanted();
      pump();
    },
    offer,
    statusChanged(camera) {
      if (!has(camera)) return;
      changed.add(camera);
      pump();
    },
    beat() {
      if (inFlight.length === 0 && !isWriting) write({ type: 'heartbeat' });
    },
  };
}
