import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleJpeg } from '@soft-stream/shared/mjpeg/testing/sample-jpeg';
import { UpstreamError } from '../failure/upstream-error.ts';
import { splitInto } from './testing/split-into.ts';

const options = { timeout: 20_000 };
const [one, two, three] = [1, 2, 3].map((seed) => sampleJpeg({ seed, thumbnail: sampleJpeg({ dataBytes: 200 }) })) as [
  Buffer,
  Buffer,
  Buffer,
];
const text = (value: string) => Buffer.from(value, 'latin1');
const head = (jpeg: Buffer, more = '') =>
  `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.byteLength}\r\n${more}\r\n`;

interface Manner {
  readonly what: string;
  readonly named: string | undefined;
  readonly stream: readonly (string | Buffer)[];
  /** of the three frames; all unless said otherwise */
  readonly frames?: readonly Buffer[];
}

/** As each source was measured or reads. */
const manners: readonly Manner[] = [
  {
    what: 'this program: a boundary in capitals, and no end',
    named: 'FRAME',
    stream: [
      `--FRAME\r\n${head(one)}`,
      one,
      `\r\n--FRAME\r\n${head(two)}`,
      two,
      `\r\n--FRAME\r\n${head(three)}`,
      three,
    ],
  },
  {
    what: 'Motion: lower case, and blanks before the length',
    named: 'BoundaryString',
    stream: [one, two, three].flatMap((jpeg) => [
      `--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length:     ${jpeg.byteLength}\r\n\r\n`,
      jpeg,
      '\r\n',
    ]),
  },
  {
    what: 'ffmpeg: no boundary in the head, one after each part, another spelling',
    named: undefined,
    stream: [
      '--ffmpeg\r\n',
      ...[one, two, three].flatMap((jpeg) => [
        `Content-type: image/jpeg\r\nContent-length: ${jpeg.byteLength}\r\n\r\n`,
        jpeg,
        '\r\n--ffmpeg\r\n',
      ]),
    ],
  },
  { what: 'ffmpeg -f mjpeg: bare JPEGs in a row', named: undefined, stream: [one, two, three] },
  {
    what: 'VLC: the first length is wrong, and the body begins with a line end',
    named: '7b3cc56e5f51db803f790dad720ed50a',
    stream: [
      '\r\n--7b3cc56e5f51db803f790dad720ed50a\r\nContent-Type: image/jpeg\r\nContent-Length: 10329\r\n\r\n',
      one,
      ...[two, three].flatMap((jpeg) => [`\r\n--7b3cc56e5f51db803f790dad720ed50a\r\n${head(jpeg)}`, jpeg]),
    ],
  },
  {
    what: 'the recipe for Python: dashes in the name, the boundary glued to the header and to the picture',
    named: '--jpgboundary',
    stream: [one, two, three].flatMap((jpeg) => [
      `--jpgboundaryContent-type: image/jpeg\r\nContent-length: ${jpeg.byteLength}\r\n\r\n`,
      jpeg,
    ]),
  },
  {
    what: 'ESP32: no length, and a time since it was switched on',
    named: '123456789000000000000987654321',
    stream: [one, two, three].flatMap((jpeg) => [
      '\r\n--123456789000000000000987654321\r\nContent-Type: image/jpeg\r\nX-Timestamp: 12.345678\r\n\r\n',
      jpeg,
    ]),
  },
  {
    what: 'Sony: the name has its dashes, and the body no more of them',
    named: '--myboundary',
    stream: [one, two, three].flatMap((jpeg) => [
      `--myboundary\r\nContent-length: ${jpeg.byteLength}\r\n\r\n`,
      jpeg,
      '\r\n',
    ]),
  },
  {
    what: 'Foscam: each boundary line twice',
    named: 'ipcam',
    stream: [one, two, three].flatMap((jpeg) => [`--ipcam\r\n--ipcam\r\n${head(jpeg)}`, jpeg, '\r\n']),
  },
  {
    what: 'an older Tasmota: the first boundary is missing',
    named: 'e8b8c539-047d-4777-a985-fbba6edff11e',
    stream: [
      head(one),
      one,
      ...[two, three].flatMap((jpeg) => [`\r\n--e8b8c539-047d-4777-a985-fbba6edff11e\r\n${head(jpeg)}`, jpeg]),
    ],
  },
  {
    what: 'line ends without CR',
    named: 'b',
    stream: [one, two, three].flatMap((jpeg) => [`--b\nContent-Type: image/jpeg\n\n`, jpeg, '\n']),
  },
  {
    what: 'a boundary in the head that is not the one in the body',
    named: 'other',
    stream: [one, two, three].flatMap((jpeg) => [`--mine\r\n${head(jpeg)}`, jpeg, '\r\n']),
  },
  {
    what: 'Axis: text parts between the pictures',
    named: 'myboundary',
    stream: [one, two, three].flatMap((jpeg) => [
      '--myboundary\r\nContent-Type: text/plain\r\n\r\nsome text\r\nin lines\r\n',
      `--myboundary\r\n${head(jpeg)}`,
      jpeg,
      '\r\n',
    ]),
  },
  {
    what: 'the same length for all (mjpg-streamer as webcamXP)',
    named: '--myboundary',
    stream: [one, two, three].flatMap((jpeg) => [
      `--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: 9999999\r\n\r\n`,
      jpeg,
      '\r\n',
    ]),
  },
  {
    what: 'zeros behind the picture',
    named: 'b',
    stream: [one, two, three].flatMap((jpeg) => [
      `--b\r\nContent-Length: ${jpeg.byteLength + 7}\r\n\r\n`,
      jpeg,
      Buffer.alloc(7),
      '\r\n',
    ]),
  },
  {
    what: 'a camera that leaves out EOI, with the length that it sent',
    named: 'b',
    stream: [one, two, three]
      .flatMap((jpeg) => {
        const cut = jpeg.subarray(0, -2);
        return [`--b\r\nContent-Length: ${cut.byteLength}\r\n\r\n`, cut, '\r\n'];
      })
      .concat('--b\r\n'),
  },
  {
    what: 'a picture cut short: dropped, and no other with it',
    named: 'b',
    stream: [
      `--b\r\n${head(one)}`,
      one,
      `\r\n--b\r\n${head(two)}`,
      two.subarray(0, 700),
      `\r\n--b\r\n${head(three)}`,
      three,
    ],
    frames: [one, three],
  },
  {
    what: 'a part that is no picture, among pictures',
    named: 'b',
    stream: [
      `--b\r\n${head(one)}`,
      one,
      '\r\n--b\r\nContent-Type: image/jpeg\r\n\r\nno picture\r\n',
      `--b\r\n${head(three)}`,
      three,
    ],
    frames: [one, three],
  },
];

describe('frames of an upstream', options, () => {
  for (const { what, named, stream, frames = [one, two, three] } of manners) {
    it(`are found in: ${what}`, () => {
      const bytes = Buffer.concat(stream.map((piece) => (typeof piece === 'string' ? text(piece) : piece)));

      for (const chunkBytes of [1, 7, 500, bytes.byteLength]) {
        const found = splitInto(bytes, { named, chunkBytes });
        assert.deepEqual(found.jpegs, frames, `in chunks of ${chunkBytes}`);
      }
    });
  }

  it('are given out when their last byte is there, not with the next boundary', () => {
    const found = splitInto(Buffer.concat([text(`--b\r\n\r\n`), one]), { named: 'b', chunkBytes: 1_000_000 });

    assert.equal(found.jpegs.length, 1);
  });

  it('carry time, kind and reason of their part, whatever the case of the names', () => {
    const about = 'x-timestamp: 1700000000.250000\r\nX-FRAME-KIND: Held\r\nX-Frame-Reason: camera \x07unplugged\r\n';
    const { headers } = splitInto(Buffer.concat([text(`--b\r\n${head(one, about)}`), one]), {
      named: 'b',
      chunkBytes: 9,
    });

    const { timestampMs, kind, reason } = headers[0] ?? {};
    assert.deepEqual(
      { timestampMs, kind, reason },
      { timestampMs: 1_700_000_000_250, kind: 'held', reason: 'camera  unplugged' },
    );
  });

  it('never lose the kind of the part behind a cut one', () => {
    const bytes = Buffer.concat([
      text(`--b\r\n${head(one)}`),
      one.subarray(0, 600),
      text(`\r\n--b\r\n${head(two, 'X-Frame-Kind: held\r\n')}`),
      two,
    ]);

    for (const chunkBytes of [1, 50, bytes.byteLength]) {
      const { headers } = splitInto(bytes, { named: 'b', chunkBytes });
      assert.deepEqual(
        headers.map(({ kind }) => kind),
        ['held'],
      );
    }
  });
});

describe('what is no stream of pictures', options, () => {
  const failure = (cause: string, message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof UpstreamError);
    assert.match(error.message, message);
    return error.failure === cause;
  };
  const endless = (piece: string | Buffer, times: number) => Buffer.concat(Array(times).fill(Buffer.from(piece)));

  it('is told from a web page, after 64 KiB at most', () => {
    const page = Buffer.concat([text('\r\n<!DOCTYPE html>\n'), endless('<p>Hello\n', 20_000)]);

    assert.throws(() => splitInto(page, { named: undefined, chunkBytes: 4_000 }), failure('no MJPEG', /web page/));
  });

  it('is named by how it begins', () => {
    const junk = endless('{"a":1}', 20_000);

    assert.throws(
      () => splitInto(junk, { named: 'b', chunkBytes: 4_000 }),
      failure('no MJPEG', /begins with "\{"a":1\}/),
    );
  });

  it('is a picture without end: the limit is named, and not much more than it is kept', () => {
    const start = Buffer.concat([text('--b\r\nContent-Length: 10737418240\r\n\r\n'), one.subarray(0, 700)]);
    const stream = Buffer.concat([start, Buffer.alloc(300_000, 7)]);

    assert.throws(
      () => splitInto(stream, { named: 'b', chunkBytes: 1_000, maxFrameBytes: 100_000 }),
      failure('frame too large', /10737418240 bytes or more, limit 100000/),
    );
  });

  it('is a head without end', () => {
    const lines = Buffer.concat([text('--b\r\n'), endless('X-Pad: 0123456789\r\n', 1_000)]);

    assert.throws(() => splitInto(lines, { named: 'b', chunkBytes: 900 }), failure('garbage', /8192 bytes/));
  });

  it('is five broken parts in a row', () => {
    const part = '--b\r\nContent-Type: image/jpeg\r\n\r\nnot a JPEG\r\n';

    assert.equal(splitInto(endless(part, 4), { named: 'b', chunkBytes: 11 }).damage.length, 4);
    assert.throws(() => splitInto(endless(part, 5), { named: 'b', chunkBytes: 11 }), failure('no MJPEG', /5 parts/));
  });
});
