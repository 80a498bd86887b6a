// Command lines of v4l2-ctl and ffmpeg for one camera: pure.

import type { Size } from '@soft-stream/shared/api/camera-status';

export interface Asked extends Size {
  readonly fps: number;
}

/**
 * Without --stream-poll, whose two seconds also hold before the first frame. Each buffer comes with a header of its
 * length (--stream-to-hdr), so that padding and a missing EOI do no harm.
 */
export function streamArguments(node: string, asked: Asked): string[] {
  return ['-d', node, mjpegFormat(asked), `--set-parm=${asked.fps}`, '--stream-mmap=3', '--stream-to-hdr=-'];
}

/** Two buffers and out: what it prints names the reason of a stream that ended without a word. */
export function probeArguments(node: string, asked: Asked): string[] {
  return ['-d', node, mjpegFormat(asked), '--stream-mmap=2', '--stream-count=1', '--stream-poll'];
}

/** Raw pictures, encoded by ffmpeg in one thread: more of them would hold frames back. */
export function encodeArguments(node: string, { width, height, fps }: Asked, quality: number): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'warning'],
    ...['-f', 'v4l2', '-input_format', 'yuyv422', '-video_size', `${width}x${height}`, '-framerate', String(fps)],
    ...['-i', node, '-threads', '1', '-c:v', 'mjpeg', '-huffman', 'default', '-q:v', String(quantiser(quality))],
    ...['-f', 'mjpeg', 'pipe:1'],
  ];
}

/** ffmpeg's scale runs from 31 (worst) to 2. */
function quantiser(quality: number): number {
  return Math.round(31 - ((quality - 1) * 29) / 99);
}

function mjpegFormat({ width, height }: Size): string {
  return `--set-fmt-video=width=${width},height=${height},pixelformat=MJPG`;
}
