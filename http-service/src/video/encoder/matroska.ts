// JPEGs with times for ffmpeg's standard input: Matroska (RFC 9559), because its parts have lengths. ffmpeg's own mjpeg
// input sees the end of a frame only when the next one begins.

export interface MatroskaOptions {
  readonly width: number;
  readonly height: number;
  /** DefaultDuration: without one x264 takes the milliseconds for a frame rate of 1000, and its rate control fails */
  readonly fps: number;
}

const UNKNOWN_LENGTH = Buffer.from('01ffffffffffffff', 'hex');

/** All that goes before the first frame; times are in milliseconds. */
export function matroskaHead({ width, height, fps }: MatroskaOptions): Buffer {
  const track = element('ae', [
    element('d7', [uint(1)]), // TrackNumber
    element('73c5', [uint(1)]), // TrackUID
    element('83', [uint(1)]), // TrackType: video
    element('86', [Buffer.from('V_MJPEG')]),
    element('23e383', [uint(Math.round(1e9 / fps))]),
    element('e0', [element('b0', [uint(width)]), element('ba', [uint(height)])]),
  ]);
  return Buffer.concat([
    element('1a45dfa3', [
      element('4282', [Buffer.from('matroska')]),
      element('4287', [uint(4)]),
      element('4285', [uint(2)]),
    ]),
    Buffer.from('18538067', 'hex'),
    UNKNOWN_LENGTH,
    element('1549a966', [element('2ad7b1', [uint(1_000_000)])]),
    element('1654ae6b', [track]),
  ]);
}

/** What goes before one JPEG: a cluster of its own with one block in it. */
export function matroskaFrameHead(timeMs: number, byteLength: number): Buffer {
  const time = element('e7', [uint(timeMs)]);
  // SimpleBlock: track 1, time 0 after the cluster's, key frame.
  const block = Buffer.from([0x81, 0, 0, 0x80]);
  const blockLength = block.byteLength + byteLength;
  const blockHead = Buffer.concat([Buffer.from('a3', 'hex'), length(blockLength)]);
  const clusterLength = time.byteLength + blockHead.byteLength + blockLength;
  return Buffer.concat([Buffer.from('1f43b675', 'hex'), length(clusterLength), time, blockHead, block]);
}

function element(id: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(id, 'hex'), length(body.byteLength), body]);
}

/** An EBML length of eight bytes. */
function length(byteLength: number): Buffer {
  const bytes = uint(byteLength);
  bytes[0] = 1;
  return bytes;
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
