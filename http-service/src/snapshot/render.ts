// Scaling a picture. Identical requests share the work, different ones stand in a bounded queue: a flood of sizes costs
// one core at most, and streams go on.

import { loadSharp } from '../pictures/lazy-sharp.ts';
import type { Picture } from './picture.ts';
import type { SnapshotRequest } from './snapshot-parameters.ts';
import type { WorkQueue } from './work-queue.ts';

export type Rendering = Pick<SnapshotRequest, 'width' | 'height' | 'quality'>;

export interface Renderer {
  /** @returns the JPEG itself when nothing has to be done. @throws {HttpProblem} ERR_BUSY */
  render(picture: Picture, rendering: Rendering): Promise<Buffer>;
}

/** @param defaultQuality JPEG quality 1-100 of what is scaled without saying one */
export function createRenderer(queue: WorkQueue, defaultQuality: number): Renderer {
  const underWay = new Map<Buffer, Map<string, Promise<Buffer>>>();

  const start = (picture: Picture, { width, height, quality = defaultQuality }: Rendering) =>
    queue.run(async () => {
      const sharp = await loadSharp();
      return sharp(picture.jpeg, { failOn: 'error' })
        .resize({
          ...(width === undefined ? {} : { width }),
          ...(height === undefined ? {} : { height }),
          fit: 'inside',
          withoutEnlargement: true,
        })
        .jpeg({ quality })
        .toBuffer();
    });

  return {
    render(picture, rendering) {
      if (!isNeeded(picture, rendering)) return Promise.resolve(picture.jpeg);
      const ofPicture = underWay.get(picture.jpeg) ?? new Map<string, Promise<Buffer>>();
      underWay.set(picture.jpeg, ofPicture);
      const key = `${rendering.width} ${rendering.height} ${rendering.quality}`;
      const shared = ofPicture.get(key);
      if (shared) return shared;
      const work = start(picture, rendering).finally(() => {
        ofPicture.delete(key);
        if (ofPicture.size === 0) underWay.delete(picture.jpeg);
      });
      ofPicture.set(key, work);
      return work;
    },
  };
}

function isNeeded(picture: Picture, { width, height, quality }: Rendering): boolean {
  return (
    quality !== undefined ||
    (width !== undefined && width < picture.width) ||
    (height !== undefined && height < picture.height)
  );
}
