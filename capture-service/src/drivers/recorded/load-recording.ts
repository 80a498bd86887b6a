// A recording as frames in memory: a folder of .jpg files in the order of their names, or one .mjpeg file.

import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Size } from '@soft-stream/shared/api/camera-status';
import { isWholeJpeg, readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { createJpegSplitter } from '@soft-stream/shared/mjpeg/jpeg-splitter';
import { errorCode, errorMessage, SoftStreamError } from '@soft-stream/shared/runtime/errors';

export interface RecordedFrame extends Size {
  readonly jpeg: Uint8Array;
}

/** A recording is kept in memory as a whole while it plays. */
const MAX_RECORDING_BYTES = 256 * 1024 * 1024;
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/**
 * @param path absolute
 * @returns at least one frame
 * @throws {SoftStreamError} ERR_RECORDING with the file that is to blame
 */
export async function loadRecording(path: string): Promise<readonly RecordedFrame[]> {
  try {
    const frames = (await stat(path)).isDirectory() ? await loadFolder(path) : await loadMjpeg(path);
    if (frames.length > 0) return frames;
  } catch (error) {
    if (error instanceof SoftStreamError) throw error;
    throw recordingError(path, `cannot be read (${errorCode(error) ?? errorMessage(error)})`, error);
  }
  throw recordingError(path, 'has no JPEG frames: a folder of .jpg files or an .mjpeg file is needed');
}

async function loadFolder(folder: string): Promise<readonly RecordedFrame[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name)).sort();
  const frames: RecordedFrame[] = [];
  let byteLength = 0;
  for (const name of names) {
    const path = join(folder, name);
    const jpeg = await readFile(path).catch((error: unknown) => {
      throw recordingError(path, `cannot be read (${errorCode(error) ?? errorMessage(error)})`, error);
    });
    const size = readJpegSize(jpeg);
    if (size === undefined || !isWholeJpeg(jpeg)) throw recordingError(path, 'is not a whole JPEG');
    byteLength = checkLength(folder, byteLength + jpeg.byteLength);
    frames.push({ jpeg, ...size });
  }
  return frames;
}

/** The last frame may be cut off: a recording is often ended by a signal. */
async function loadMjpeg(path: string): Promise<readonly RecordedFrame[]> {
  const frames: RecordedFrame[] = [];
  let byteLength = 0;
  const splitter = createJpegSplitter({
    maxFrameBytes: MAX_FRAME_BYTES,
    now: () => 0,
    onFrame: (jpeg, size) => frames.push({ jpeg: Buffer.from(jpeg), ...size }),
    onGarbage: () => {},
  });
  for await (const chunk of createReadStream(path)) {
    byteLength = checkLength(path, byteLength + chunk.length);
    splitter.push(chunk);
  }
  splitter.end();
  return frames;
}

function checkLength(path: string, byteLength: number): number {
  if (byteLength <= MAX_RECORDING_BYTES) return byteLength;
  throw recordingError(path, `has more than ${MAX_RECORDING_BYTES} bytes, the limit of a recording`);
}

function recordingError(path: string, what: string, cause?: unknown): SoftStreamError {
  return new SoftStreamError('ERR_RECORDING', `recording ${path} ${what}`, { cause });
}
