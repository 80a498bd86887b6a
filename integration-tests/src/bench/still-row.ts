// What a large still costs those who watch: ten viewers of one camera, alone and while the other camera takes one still of
// 12 megapixels after the other, each scaled for its client. Whatever held up an event loop would show in their latency.

import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { measure, type Row } from './measure.ts';
import { type BenchSettings, type Served, startPair } from './servers.ts';

/** What an IMX708 gives. */
const WIDTH = 4608;
const HEIGHT = 2592;

export interface StillRow {
  readonly alone: Row;
  readonly beside: Row;
  /** stills answered while `beside` was measured */
  readonly stills: number;
  readonly stillBytes: number;
}

export async function stillRow(settings: BenchSettings, port: number, seconds: number): Promise<StillRow> {
  const file = join(tmpdir(), `soft-stream-bench-still-${process.pid}.jpg`);
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const still = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: 'grey', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
  await writeFile(file, still);
  const served = await startPair({ ...settings, still: { file, width: WIDTH, height: HEIGHT } }, port);
  try {
    const run = (label: string) => {
      const plan = { targets: served.targets.slice(0, 1), fast: 10, slow: 0, slowBytesPerSecond: 0 };
      return measure(settings, served, label, plan, seconds);
    };
    const alone = await run('10 viewers');
    const taking = takeStills(served);
    const beside = await run('+ 12 MP stills');
    return { alone, beside, stills: await taking.stop(), stillBytes: still.byteLength };
  } finally {
    await served.stop();
    await rm(file, { force: true });
  }
}

function takeStills(served: Served): { stop(): Promise<number> } {
  const port = served.targets[1]?.port;
  let isOver = false;
  const run = async () => {
    for (let count = 0; ; count++) {
      const answer = await fetch(`http://127.0.0.1:${port}/snapshot.jpg?width=1280`);
      if (answer.status !== 200) throw new Error(`still: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
      if (isOver) return count;
    }
  };
  const running = run();
  return {
    stop() {
      isOver = true;
      return running;
    },
  };
}
