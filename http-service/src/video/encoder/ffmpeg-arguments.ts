// The command line of the encoder: one thread, no frame held back, a key frame where a time is odd.

export interface EncoderSettings {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kilobitsPerSecond: number;
}

/** Half a second: the rate stays steady, and a key frame of ten times the size still fits. */
const BUFFER_S = 0.5;
/** Key frames come when a viewer needs one; none comes by itself within hours. */
const NO_KEY_FRAMES = '1000000';

export function ffmpegArguments({ width, height, kilobitsPerSecond }: EncoderSettings): string[] {
  const size = `${width}:${height}`;
  const rate = `${kilobitsPerSecond}k`;
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostats'],
    // Nothing is looked at ahead of the first frame.
    ...['-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer', '-flags', 'low_delay'],
    ...['-threads', '1', '-f', 'matroska', '-i', 'pipe:0', '-an'],
    // Times go through as they are, in ms: else `t` below is rounded to the frame rate.
    ...['-copyts', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000'],
    // Nothing to do where the size is right; a drawn picture may have another one.
    ...['-vf', `scale=${size}:force_original_aspect_ratio=decrease,pad=${size}:-1:-1`, '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-threads', '1'],
    ...['-bf', '0', '-g', NO_KEY_FRAMES, '-force_key_frames', 'expr:mod(round(t*1000),2)'],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', `${Math.round(kilobitsPerSecond * BUFFER_S)}k`],
    ...['-flush_packets', '1', '-f', 'flv', '-flvflags', 'no_duration_filesize', 'pipe:1'],
  ];
}

/** yuv420p has colours for squares of four pixels: odd sizes lose a line. */
export function evenSize({ width, height }: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  return { width: width - (width % 2), height: height - (height % 2) };
}
