// All walls that are open, and what they want of the cameras together. Opening one starts no camera, unless `wall_live`
// says so: tiles are made of what is there.

import { randomBytes } from 'node:crypto';
import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import type { WorkQueue } from '../snapshot/work-queue.ts';
import type { PortalStatus } from '../status/portal-status.ts';
import { scaleTile } from './scale-tile.ts';
import { createSession, type WallSession } from './session.ts';
import type { TileWidth } from './tile-width.ts';
import { createTiles, type Tile } from './tiles.ts';
import type { WallAsk } from './wall-ask.ts';
import { inOrder } from './wall-order.ts';
import type { TileStatus } from './wall-record.ts';

export type WallCamera = Pick<
  PortalCamera,
  'config' | 'status' | 'freshStatus' | 'onStatus' | 'glance' | 'hold' | 'admitViewer' | 'assertAdmissible' | 'watch'
>;

/** The answer of one wall. */
export interface WallConnection {
  write(bytes: Buffer, taken: () => void): void;
  end(): void;
}

export interface OpenedWall {
  readonly id: string;
  close(): void;
}

export interface Wall {
  readonly app: AppConfig;
  /** in the order of the page */
  readonly cameras: readonly WallCamera[];
  /** @throws {HttpProblem} ERR_TOO_MANY_VIEWERS */
  open(connection: WallConnection): OpenedWall;
  /** @throws {HttpProblem} ERR_NOT_FOUND: that wall is closed */
  ask(id: string, ask: WallAsk): void;
  /** The newest picture of a camera, however old; undefined: there was none yet. @throws {HttpProblem} ERR_BUSY */
  picture(camera: string, width: TileWidth): Promise<Tile | undefined>;
  readonly openCount: number;
  /** TCP port that it is served on; the configured one until that is known */
  readonly port: number;
  setPort(port: number): void;
  close(): void;
}

export interface WallOptions {
  readonly app: AppConfig;
  readonly cameras: readonly WallCamera[];
  readonly version: string;
  /** of pictures that are asked for one by one */
  readonly scaling: WorkQueue;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Each takes a connection, one record per camera, and the pictures that all share. */
export const MAX_WALLS = 50;
/** Below the minute after which a proxy gives up a silent answer. */
const BEAT_MS = 10_000;
/** A page answers each heartbeat: one that says nothing for so long is gone, whatever its socket says. */
const SILENT_MS = 35_000;

export function createWall({ app, version, scaling, clock, log, ...options }: WallOptions): Wall {
  const cameras = inOrder(options.cameras, app.wall.order);
  const byName = new Map(cameras.map((camera) => [camera.config.camera, camera]));
  const walls = new Map<string, { readonly session: WallSession; end(): void }>();
  const holds = new Map<string, () => void>();
  let cancelBeat: (() => void) | undefined;
  let port = app.wall.port;

  const wanted = (camera: string): ReadonlySet<TileWidth> => {
    const widths = new Set<TileWidth>();
    for (const { session } of walls.values()) if (session.cameras.has(camera)) widths.add(session.width);
    return widths;
  };
  const tiles = createTiles({
    cameras: cameras.map(({ config, glance }) => ({ camera: config.camera, glance })),
    intervalMs: app.wall.intervalMs,
    wanted,
    scale: scaleTile,
    onTile(tile) {
      for (const { session } of walls.values()) session.offer(tile);
    },
    clock,
    log,
  });
  const wantedChanged = () => {
    tiles.wantedChanged();
    if (app.wall.isLive) followLive();
  };
  const followLive = () => {
    for (const [name, camera] of byName) {
      const isWanted = wanted(name).size > 0;
      const release = holds.get(name);
      if (isWanted && release === undefined) holds.set(name, camera.hold());
      if (isWanted || release === undefined) continue;
      holds.delete(name);
      release();
    }
  };
  const beat = () => {
    cancelBeat = undefined;
    const silentSinceMs = clock.monotonicMs() - SILENT_MS;
    for (const { session, end } of [...walls.values()]) {
      if (session.heardMs < silentSinceMs) end();
      else session.beat();
    }
    beatLater();
  };
  const beatLater = () => {
    if (walls.size > 0) cancelBeat ??= clock.after(BEAT_MS, beat);
  };
  const unsubscribes = cameras.map((camera) => {
    const name = camera.config.camera;
    let told = '';
    return camera.onStatus((status) => {
      const now = JSON.stringify(tileStatus(status));
      if (now === told) return;
      told = now;
      for (const { session } of walls.values()) session.statusChanged(name);
    });
  });

  const close = (id: string) => {
    if (!walls.delete(id)) return;
    wantedChanged();
    if (walls.size > 0) return;
    cancelBeat?.();
    cancelBeat = undefined;
  };
  return {
    app,
    cameras,
    open(connection) {
      if (walls.size >= MAX_WALLS) {
        throw new HttpProblem('ERR_TOO_MANY_VIEWERS', `${MAX_WALLS} walls are open, and no more may be`);
      }
      const id = randomBytes(16).toString('hex');
      const session = createSession({
        id,
        version,
        sink: connection,
        newest: tiles.newest,
        statusOf(name) {
          const camera = byName.get(name);
          if (camera === undefined) throw new TypeError(`no camera ${name}`);
          return tileStatus(camera.status());
        },
        has: (name) => byName.has(name),
        onWanted: wantedChanged,
        clock,
      });
      walls.set(id, { session, end: connection.end });
      for (const name of byName.keys()) session.statusChanged(name);
      beatLater();
      return { id, close: () => close(id) };
    },
    ask(id, ask) {
      const wall = walls.get(id);
      if (wall === undefined) throw new HttpProblem('ERR_NOT_FOUND', 'this wall is not open; open it anew');
      wall.session.ask(ask);
    },
    picture: (camera, width) => scaling.run(() => tiles.make(camera, width)),
    get port() {
      return port;
    },
    setPort(listening) {
      port = listening;
    },
    get openCount() {
      return walls.size;
    },
    close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
      tiles.close();
      cancelBeat?.();
      for (const { end } of [...walls.values()]) end();
      walls.clear();
      for (const release of holds.values()) release();
      holds.clear();
    },
  };
}

export function tileStatus({ state, unknownState, cause, captureReachable, viewers }: PortalStatus): TileStatus {
  return { state, unknownState: unknownState ?? null, cause, captureReachable, viewers };
}
