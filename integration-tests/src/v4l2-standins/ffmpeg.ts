// Stand-in for ffmpeg that encodes a camera's raw pictures: JPEGs back to back on stdout, its texts, its ends.

import { loadPictures } from './pictures.ts';
import { cameraAt, holdOpen, noteRun, say, sleep, stillThere, tryToStream, writeOrDie } from './program.ts';

const words = process.argv.slice(2);
const option = (name: string) => words[words.indexOf(name) + 1] ?? '';
const node = option('-i');

noteRun('ffmpeg');
const camera = cameraAt(node);
if (camera === undefined) {
  say(`${node}: No such file or directory\n`);
  process.exit(1);
}
holdOpen(node);
const fourcc = option('-input_format') === 'yuyv422' ? 'YUYV' : 'MJPG';
if (!camera.formats.some((format) => format.fourcc === fourcc)) {
  say(
    `[video4linux2,v4l2 @ 0x5581] Cannot find a proper format for codec 'rawvideo' (id 13), pixel format 'yuyv422' (id 1)\n`,
  );
  process.exit(1);
}
if (!(await tryToStream(camera))) {
  say(`${node}: Device or resource busy\n`);
  process.exit(1);
}
const [width = 0, height = 0] = option('-video_size').split('x').map(Number);
const pictures = await loadPictures(camera, width, height);
process.on('SIGINT', () => process.exit(255));
const frameMs = 1_000 / Number(option('-framerate'));
for (let number = 0; ; number++) {
  if (stillThere(camera) === undefined) {
    say(`[video4linux2,v4l2 @ 0x5581] ioctl(VIDIOC_DQBUF): No such device\n`);
    process.exit(0);
  }
  writeOrDie(pictures[number % pictures.length] ?? Buffer.alloc(0));
  await sleep(frameMs);
}
