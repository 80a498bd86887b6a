// The wall of one camera on a free port, as main.ts would open it, and a client that reads its records, for tests.

import { createNameKeeper } from '@soft-stream/shared/names/name-keeper';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import { pino } from 'pino';
import { createRecordReader } from '../../portal/wall/records.js';
import { serveWall } from '../server/serve-wall.ts';
import { createWorkQueue } from '../snapshot/work-queue.ts';
import { createWall, type Wall, type WallCamera } from '../wall/wall.ts';
import { sampleMonitor, sampleWall } from './sample-monitor.ts';

export interface ServedWall extends AsyncDisposable {
  readonly url: string;
  readonly wall: Wall;
}

export async function startWall(
  cameras: readonly [WallCamera, ...WallCamera[]],
  settings: Parameters<typeof sampleWall>[0] = {},
): Promise<ServedWall> {
  const [first, ...others] = cameras;
  const { app } = sampleMonitor([first.config, ...others.map(({ config }) => config)]);
  const log = pino({ level: 'silent' });
  const clock = systemClock;
  const stack = createResourceStack();
  const names = stack.use(createNameKeeper({ clock, log }));
  const wall = createWall({
    app: { ...app, wall: sampleWall(settings) },
    cameras,
    version: '1.0.0',
    scaling: createWorkQueue({ concurrency: 1, waiting: 4 }),
    clock,
    log,
  });
  const { port } = stack.use(await serveWall({ wall, maxConnections: 300, names, clock, log }));
  if (port === null) throw new Error('no TCP port in this test');
  return { url: `http://127.0.0.1:${port}`, wall, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

export interface WallClient extends AsyncDisposable {
  readonly session: string;
  readonly records: readonly Record<string, unknown>[];
  /** Waits for the next record that fits. */
  next(fits: (record: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** @returns the status of the answer */
  say(body: object, headers?: Record<string, string>): Promise<number>;
  readonly isOver: boolean;
}

export async function openWallClient(url: string): Promise<WallClient> {
  const ending = new AbortController();
  const response = await fetch(`${url}/pictures`, { signal: ending.signal });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const records: Record<string, unknown>[] = [];
  let wake = () => {};
  let isOver = false;
  const reader = createRecordReader((record, picture) => {
    records.push({ ...record, ...(picture && { byteLength: picture.byteLength }) });
    wake();
  });
  const { body } = response;
  const reading = (async () => {
    for await (const chunk of body) reader.push(chunk);
  })()
    .catch(() => undefined) // aborted, or ended by the service
    .finally(() => {
      isOver = true;
      wake();
    });
  let seen = 0;
  const next = async (fits: (record: Record<string, unknown>) => boolean) => {
    for (;;) {
      while (seen < records.length) {
        const record = records[seen++];
        if (record && fits(record)) return record;
      }
      if (isOver) throw new Error('the wall has ended');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const { session } = await next(({ type }) => type === 'hello');
  return {
    session: String(session),
    records,
    next,
    async say(words, headers = {}) {
      const answer = await fetch(`${url}/walls/${session}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ received: records.length, ...words }),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    get isOver() {
      return isOver;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await reading;
    },
  };
}
