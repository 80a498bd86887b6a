// The small pictures of all cameras, made once for all walls and only while one has the camera in view. One is made
// after the other: what a slow machine cannot do in an interval comes later, and takes one core at most.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { createDeadline } from '../frames/deadline.ts';
import type { KeptFrame } from '../frames/frame-reader.ts';
import { nextDueMs } from './tile-schedule.ts';
import type { TileWidth } from './tile-width.ts';

export interface Tile {
  readonly camera: string;
  readonly width: TileWidth;
  /** CLOCK_MONOTONIC ms of the capture */
  readonly capturedMs: number;
  /** wall clock ms of the capture */
  readonly capturedAtMs: number;
  readonly jpeg: Uint8Array;
}

export interface TileCamera {
  readonly camera: string;
  glance(): KeptFrame | undefined;
}

export interface TilesOptions {
  readonly cameras: readonly TileCamera[];
  readonly intervalMs: number;
  /** widths in which the tile of a camera is wanted now; none: nobody looks */
  wanted(camera: string): ReadonlySet<TileWidth>;
  scale(jpeg: Uint8Array, width: TileWidth): Promise<Uint8Array>;
  onTile(tile: Tile): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Tiles {
  /** What is wanted has changed: a tile that there is not yet is made at once. */
  wantedChanged(): void;
  /** the newest that was made; undefined: none in this width */
  newest(camera: string, width: TileWidth): Tile | undefined;
  /** Made now if it is not there. @returns undefined: the camera has given no picture yet */
  make(camera: string, width: TileWidth): Promise<Tile | undefined>;
  close(): void;
}

interface Shelf {
  readonly source: TileCamera;
  readonly position: number;
  readonly tiles: Map<TileWidth, Tile>;
  /** under way, so that who asks for the same shares the work */
  readonly making: Map<TileWidth, { readonly capturedMs: number; readonly tile: Promise<Tile> }>;
  dueMs: number;
  refreshedMs: number;
}

/** A camera's tiles are made no sooner than this after the last ones, however often walls change their minds. */
const LEAST_GAP_MS = 250;

export function createTiles(options: TilesOptions): Tiles {
  const { cameras, intervalMs, wanted, scale, onTile, clock, log } = options;
  const shelves = new Map<string, Shelf>();
  for (const [position, source] of cameras.entries()) {
    shelves.set(source.camera, { source, position, ...emptyShelf() });
  }
  let isWorking = false;
  let isClosed = false;
  const deadline = createDeadline(clock, () => void work());

  /** The camera that is due first, of those that somebody looks at. */
  const first = () => {
    let found: Shelf | undefined;
    for (const shelf of shelves.values()) {
      if (wanted(shelf.source.camera).size > 0 && (found === undefined || shelf.dueMs < found.dueMs)) found = shelf;
    }
    return found;
  };
  const work = async () => {
    if (isWorking) return;
    isWorking = true;
    try {
      for (let shelf = first(); shelf !== undefined && !isClosed; shelf = first()) {
        const nowMs = clock.monotonicMs();
        if (shelf.dueMs > nowMs) {
          deadline.expireAt(shelf.dueMs);
          return;
        }
        shelf.dueMs = nextDueMs(shelf.position, shelves.size, intervalMs, nowMs);
        shelf.refreshedMs = nowMs;
        await refresh(shelf);
      }
    } finally {
      isWorking = false;
    }
  };
  const refresh = async (shelf: Shelf) => {
    const frame = shelf.source.glance();
    if (frame === undefined) return;
    for (const width of wanted(shelf.source.camera)) {
      try {
        const before = shelf.tiles.get(width);
        const tile = await tileOf(shelf, frame, width);
        if (tile !== before && !isClosed) onTile(tile);
      } catch (err) {
        log.debug({ camera: shelf.source.camera, err }, 'picture for the wall not made');
      }
    }
  };
  const tileOf = (shelf: Shelf, frame: KeptFrame, width: TileWidth): Promise<Tile> => {
    const capturedMs = frame.monotonicMs;
    const last = shelf.tiles.get(width);
    if (last?.capturedMs === capturedMs) return Promise.resolve(last);
    const underWay = shelf.making.get(width);
    if (underWay?.capturedMs === capturedMs) return underWay.tile;
    const tile = make(shelf, frame, width);
    shelf.making.set(width, { capturedMs, tile });
    return tile;
  };
  const make = async (shelf: Shelf, frame: KeptFrame, width: TileWidth): Promise<Tile> => {
    const { capturedAtMs, monotonicMs: capturedMs } = frame;
    try {
      const jpeg = await scale(frame.jpeg, width);
      const tile: Tile = { camera: shelf.source.camera, width, capturedMs, capturedAtMs, jpeg };
      shelf.tiles.set(width, tile);
      return tile;
    } finally {
      if (shelf.making.get(width)?.capturedMs === capturedMs) shelf.making.delete(width);
    }
  };

  return {
    wantedChanged() {
      let isAnyWanted = false;
      for (const shelf of shelves.values()) {
        const widths = wanted(shelf.source.camera);
        isAnyWanted ||= widths.size > 0;
        if ([...widths].some((width) => !shelf.tiles.has(width))) {
          shelf.dueMs = Math.min(shelf.dueMs, shelf.refreshedMs + LEAST_GAP_MS);
        }
        // Old pictures of a width that nobody looks at any more would only hold memory.
        for (const width of shelf.tiles.keys()) if (!widths.has(width)) shelf.tiles.delete(width);
      }
      if (isAnyWanted) void work();
      else deadline.cancel();
    },
    newest: (camera, width) => shelves.get(camera)?.tiles.get(width),
    async make(camera, width) {
      const shelf = shelves.get(camera);
      const frame = shelf?.source.glance();
      return shelf && frame ? await tileOf(shelf, frame, width) : undefined;
    },
    close() {
      isClosed = true;
      deadline.cancel();
    },
  };
}

function emptyShelf(): Omit<Shelf, 'source' | 'position'> {
  return {
    tiles: new Map(),
    making: new Map(),
    dueMs: Number.NEGATIVE_INFINITY,
    refreshedMs: Number.NEGATIVE_INFINITY,
  };
}
