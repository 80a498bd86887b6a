import assert from 'node:assert/strict';
import test from 'node:test';
import { describeSize, lacksMjpeg, largestMjpegSize, mjpegSizes, parseFormats } from './formats.ts';

const TIMEOUT = { timeout: 20_000 };

/** As v4l2-ctl 1.22 prints them. */
const TEXT = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
	[1]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
			Interval: Discrete 0.133s (7.500 fps)
		Size: Discrete 1920x1080
			Interval: Discrete 0.200s (5.000 fps)
		Size: Stepwise 48x32 - 1280x720 with step 2/2
			Interval: Continuous 0.017s - 1.000s (1.000-60.000 fps)
	[2]: 'H264' (H.264, compressed)
`;

test('formats, sizes and rates are read; ranges by their end', TIMEOUT, () => {
  const formats = parseFormats(TEXT);

  assert.deepEqual(
    formats.map(({ fourcc, sizes }) => `${fourcc} ${sizes.length}`),
    ['YUYV 1', 'MJPG 3', 'H264 0'],
  );
  assert.deepEqual(mjpegSizes(formats).map(describeSize), [
    '640x480 at 30, 7.5 fps',
    '1920x1080 at 5 fps',
    '1280x720 at 1 fps',
  ]);
  assert.equal(largestMjpegSize(formats)?.width, 1920);
});

test('what a camera has instead of MJPEG is named; a node that tells nothing is no verdict', TIMEOUT, () => {
  const only = (...fourccs: string[]) =>
    lacksMjpeg(parseFormats(fourccs.map((each, at) => `\t[${at}]: '${each}' (x)`).join('\n')));
  assert.deepEqual(
    [only('YUYV'), only('H264'), only('YUYV', 'NV12'), only('YUYV', 'MJPG'), only('JPEG'), only()],
    ['YUYV only', 'H.264 only', 'YUYV, NV12 only', undefined, undefined, undefined],
  );
});
