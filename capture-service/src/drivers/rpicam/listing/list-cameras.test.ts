import assert from 'node:assert/strict';
import test from 'node:test';
import { FUZZ_RUNS } from '@soft-stream/shared/testing/fuzz-runs';
import fc from 'fast-check';
import { ListingError, parseListing, readListing } from './list-cameras.ts';

const numRuns = FUZZ_RUNS;

const PI5 = `Available cameras
-----------------
0 : imx708 [4608x2592 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]
                             4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]

1 : imx219 [3280x2464 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@80000/imx219@10)
    Modes: 'SRGGB10_CSI2P' : 640x480 [206.65 fps - (1000, 752)/1280x960 crop]
                             3280x2464 [21.19 fps - (0, 0)/3280x2464 crop]
           'SRGGB8' : 640x480 [206.65 fps - (1000, 752)/1280x960 crop]

`;
const done = (stdout: string, stderr = '', exitCode: number | null = 0, signal: string | null = null) => ({
  stdout,
  stderr,
  exitCode,
  signal,
});

test('a Pi 5 with two cameras is read with ids, sizes and modes', () => {
  assert.deepEqual(readListing(done(PI5)), [
    {
      index: 0,
      model: 'imx708',
      id: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a',
      width: 4608,
      height: 2592,
      modes: ['SRGGB10_CSI2P 1536x864', 'SRGGB10_CSI2P 2304x1296', 'SRGGB10_CSI2P 4608x2592'],
    },
    {
      index: 1,
      model: 'imx219',
      id: '/base/axi/pcie@1000120000/rp1/i2c@80000/imx219@10',
      width: 3280,
      height: 2464,
      modes: ['SRGGB10_CSI2P 640x480', 'SRGGB10_CSI2P 3280x2464', 'SRGGB8 640x480'],
    },
  ]);
});

const heads: readonly [line: string, model: string, width: number | null, id: string][] = [
  [
    '0 : imx708_wide_noir [4608x2592 10-bit RGGB] (/base/i2c@88000/imx708@1a)',
    'imx708_wide_noir',
    4608,
    '/base/i2c@88000/imx708@1a',
  ],
  ['0 : ov9281 [1280x800 10-bit MONO] (/base/i2c@80000/ov9281@60)', 'ov9281', 1280, '/base/i2c@80000/ov9281@60'],
  ['0 : imx477 [4056x3040] (/base/soc/i2c0mux/i2c@1/imx477@1a)', 'imx477', 4056, '/base/soc/i2c0mux/i2c@1/imx477@1a'],
  [
    '0 : imx477 [4056x3040 12-bit] (/base/soc/i2c0mux/i2c@1/imx477@1a)',
    'imx477',
    4056,
    '/base/soc/i2c0mux/i2c@1/imx477@1a',
  ],
  ['0 : odd (rev 2) [10x10 RGGB] (/base/i2c@1/odd@1a)', 'odd', 10, '/base/i2c@1/odd@1a'],
  ['0 : nosize (/base/i2c@1/nosize@1a)', 'nosize', null, '/base/i2c@1/nosize@1a'],
];
for (const [line, model, width, id] of heads) {
  test(`the head line "${line}" is read`, () => {
    const [camera] = parseListing(`Available cameras\n-----------------\n${line}\n`);

    assert.deepEqual([camera?.model, camera?.width, camera?.id], [model, width, id]);
  });
}

test('a camera without a printed line still uses up its index', () => {
  const [camera, ...others] = parseListing(
    'Available cameras\n---\n1 : imx219 [3280x2464 10-bit RGGB] (/base/i2c@80000/imx219@10)\n',
  );

  assert.equal(camera?.index, 1);
  assert.equal(others.length, 0);
});

test('no camera is an empty list, whatever the exit code', () => {
  assert.deepEqual(readListing(done('No cameras available!\n')), []);
  assert.deepEqual(readListing(done('', 'ERROR: *** no cameras available ***\n', 255)), []);
});

test('a listing that failed is an error with the text of the program', () => {
  const failures = [
    done('', 'ERROR: *** camera manager failed to start, code 19 ***\n', 255),
    done('', 'ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.\n', 255),
    done('', '', null, 'SIGKILL'),
    done('something else\n'),
    done(PI5, '', null, 'SIGSEGV'),
  ];

  const messages = failures.map((output) => {
    try {
      return readListing(output);
    } catch (error) {
      assert.ok(error instanceof ListingError);
      return error.message;
    }
  });

  assert.deepEqual(messages, [
    'listing cameras failed with exit code 255: camera manager failed to start, code 19',
    'listing cameras failed with exit code 255: rpicam-apps currently only supports the Raspberry Pi platforms.',
    'listing cameras failed with signal SIGKILL: it printed nothing',
    'listing cameras failed with exit code 0: something else',
    'listing cameras failed with signal SIGSEGV: Available cameras',
  ]);
});

test('any text is read without an exception, and the real list is found among it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (noise) => {
      parseListing(noise);
      const found = parseListing(`${noise.replaceAll('(', '')}\n${PI5}`);
      assert.ok(found.some((camera) => camera.id.endsWith('imx708@1a')));
    }),
    { numRuns },
  );
});
