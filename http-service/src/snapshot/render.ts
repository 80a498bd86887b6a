// Scaling an image. Identical requests share the work, different ones stand in a bounded queue: a flood of sizes costs
// one core at most, and streams go on.

import { loadSharp } from '../pictures/lazy-sharp.ts';
import type { CapturedImage } from './captured-image.ts';
import type { SnapshotRequest } from './snapshot-parameters.ts';
import type { WorkQueue } from './work-queue.ts';

export type Rendering = Pick<SnapshotRequest, 'width' | 'height' | 'quality'>;

export interface Renderer {
  /** @returns the JPEG itself when nothing has to be done. @throws {HttpProblem} ERR_BUSY */
  render(image: CapturedImage, rendering: Rendering): Promise<Buffer>;
}

/** @param defaultQuality JPEG quality 1-100 of what is scaled without saying one */
export function createRenderer(queue: WorkQueue, defaultQuality: number): Renderer {
  const underWay = new Map<Buffer, Map<string, Promise<Buffer>>>();

  const start = (image: CapturedImage, { width, height, quality = defaultQuality }: Rendering) =>
    queue.run(async () => {
      const sharp = await loadSharp();
      return sharp(image.jpeg, { failOn: 'error' })
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
    render(image, rendering) {
      if (!isNeeded(image, rendering)) return Promise.resolve(image.jpeg);
      const ofImage = underWay.get(image.jpeg) ?? new Map<string, Promise<Buffer>>();
      underWay.set(image.jpeg, ofImage);
      const key = `${rendering.width} ${rendering.height} ${rendering.quality}`;
      const shared = ofImage.get(key);
      if (shared) return shared;
      const work = start(image, rendering).finally(() => {
        ofImage.delete(key);
        if (ofImage.size === 0) underWay.delete(image.jpeg);
      });
      ofImage.set(key, work);
      return work;
    },
  };
}

function isNeeded(image: CapturedImage, { width, height, quality }: Rendering): boolean {
  return (
    quality !== undefined ||
    (width !== undefined && width < image.width) ||
    (height !== undefined && height < image.height)
  );
}
