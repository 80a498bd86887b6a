// Draws the two loops of JPEG frames that the demo and the tests play as if they were cameras.
// Usage: npm run make-recordings [-- --frames 1]   (writes integration-tests/recordings/cam0 and cam1)

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { captionOverlays } from './caption.ts';
import { HEIGHT, LOOP_FRAMES, momentOf, WIDTH } from './geometry.ts';
import type { Scene } from './scene.ts';
import { frontScene } from './scene-front.ts';
import { sideScene } from './scene-side.ts';
import { addSensorNoise } from './sensor-noise.ts';

/** Chosen so that a frame has what a camera's frame has at 1280x720: 40-100 KB. */
const JPEG_QUALITY = 70;

const folder = join(import.meta.dirname, '../../recordings');
const { values } = parseArgs({ options: { frames: { type: 'string', default: String(LOOP_FRAMES) } } });

for (const [number, scene] of [frontScene, sideScene].entries()) {
  const sizes = await record(scene, number, Number(values.frames));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `${scene.camera}: ${sizes.length} frames, ${Math.min(...sizes)} to ${Math.max(...sizes)} bytes, ${(total / 1e6).toFixed(2)} MB`,
  );
}

async function record(scene: Scene, number: number, frames: number): Promise<number[]> {
  const target = join(folder, scene.camera);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const background = await sharp(Buffer.from(scene.background())).removeAlpha().png().toBuffer();
  const sizes: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const jpeg = await drawFrame(scene, number, frame, background);
    await writeFile(join(target, `${String(frame).padStart(3, '0')}.jpg`), jpeg);
    sizes.push(jpeg.length);
  }
  return sizes;
}

async function drawFrame(scene: Scene, number: number, frame: number, background: Buffer): Promise<Buffer> {
  const picture = await sharp(background)
    .composite([{ input: Buffer.from(scene.foreground(momentOf(frame))) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  addSensorNoise(picture, WIDTH, 1 + number * 1000 + frame, scene.noiseSigma);
  return sharp(picture, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .composite([{ input: Buffer.from(vignette()) }, ...(await captionOverlays(scene.title, frame))])
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:2:0', mozjpeg: false })
    .toBuffer();
}

/** Lenses of this size are darker towards the corners. */
function vignette(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><defs><radialGradient id="v" cx="0.5" cy="0.48" r="0.75"><stop offset="0.55" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.55"/></radialGradient></defs><rect width="${WIDTH}" height="${HEIGHT}" fill="url(#v)"/></svg>`;
}
