// JPEGs in shape only, for tests: every marker is right, the picture is noise. With the traps that real ones have.

export interface SampleJpegOptions {
  readonly width?: number;
  readonly height?: number;
  /** bytes of entropy-coded data, before stuffing */
  readonly dataBytes?: number;
  /** the same seed gives the same bytes */
  readonly seed?: number;
  /** an APP1 with this whole JPEG in it, as rpicam-still writes its thumbnail */
  readonly thumbnail?: Uint8Array;
  /** scans after the first, each with a DHT of its own that holds FF D9 */
  readonly extraScans?: number;
  /** fill bytes before each marker (T.81, B.1.1.2) */
  readonly fillBytes?: number;
}

/** Its quantisation table holds FF D9 and FF D8, as libjpeg's at quality 6 and 18 do; RSTn and FF 00 in the data. */
export function sampleJpeg(options: SampleJpegOptions = {}): Buffer {
  const { width = 640, height = 480, dataBytes = 1000, seed = 1, extraScans = 0, fillBytes = 0 } = options;
  const fill = Buffer.alloc(fillBytes, 0xff);
  const segment = (code: number, content: Uint8Array) => {
    const head = Buffer.from([0xff, code, 0, 0]);
    head.writeUInt16BE(content.byteLength + 2, 2);
    return Buffer.concat([fill, head, content]);
  };
  const frameHeader = Buffer.from('080000000003012200021101031101', 'hex');
  frameHeader.writeUInt16BE(height, 1);
  frameHeader.writeUInt16BE(width, 3);
  const table = Buffer.alloc(65, 7);
  table.set([0, 0xff, 0xd9, 0x20, 0xff, 0xd8, 0xb1]);
  const scanHeader = Buffer.from('03010002110311003f00', 'hex');
  const random = randomBytes(seed);
  const scans = Array.from({ length: extraScans }, () => [
    segment(0xc4, Buffer.from([0x10, 0, 1, ...new Array(14).fill(0), 0xff, 0xd9])),
    segment(0xda, scanHeader),
    entropyData(dataBytes, random),
  ]).flat();
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex')),
    options.thumbnail ? segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), options.thumbnail])) : Buffer.alloc(0),
    segment(0xdb, table),
    segment(extraScans > 0 ? 0xc2 : 0xc0, frameHeader),
    segment(0xc4, Buffer.alloc(29, 1)),
    segment(0xda, scanHeader),
    entropyData(dataBytes, random),
    ...scans,
    fill,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** mulberry32: small, seeded, good enough for noise. */
export function randomBytes(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
}

function entropyData(byteLength: number, random: () => number): Buffer {
  const bytes: number[] = [];
  for (let count = 0; count < byteLength; count++) {
    const value = random();
    bytes.push(value);
    if (value === 0xff) bytes.push(random() < 200 ? 0 : 0xd0 + (random() & 7));
  }
  return Buffer.from(bytes);
}
