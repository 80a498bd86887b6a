// Draws the two loops of JPEG frames that the demo and the tests play as if they were cameras.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitWithUsage, readCommandLine } from '@soft-stream/shared/command-line/command-line';
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
const PROGRAM = {
  name: 'make-recordings',
  usage: `usage: npm run make-recordings -- [--frames N]

Draws integration-tests/recordings/cam0 and cam1 anew.

  --frames N       of each loop, from 1 on (${LOOP_FRAMES})
  -h, --help       this text
  --version        the version
`,
  options: { frames: { type: 'string' } },
} as const;

const { values } = readCommandLine(PROGRAM);
const frames = Number(values.frames ?? LOOP_FRAMES);
if (!Number.isInteger(frames) || frames < 1)
  exitWithUsage(PROGRAM, `--frames ${values.frames}: a whole number from 1 on`);

for (const [number, scene] of [frontScene, sideScene].entries()) {
  const sizes = await record(scene, number, frames);
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
