import assert from 'node:assert/strict';
import test from 'node:test';
import { type Evidence, explainEnd, namesReason } from './failure.ts';

const TIMEOUT = { timeout: 20_000 };
const SILENT: Evidence = {
  ...{ program: 'v4l2-ctl', said: '', probed: undefined, exitCode: 0, signal: null, startError: undefined },
  ...{ presence: 'there', node: '/dev/video0', camera: 'cam0', asked: { width: 1280, height: 720, fps: 15 } },
  ...{ holders: 'ustreamer (process 7)', neighbours: '' },
};

/** Texts as v4l2-ctl 1.22.1 and ffmpeg 5.1 print them. */
const ROWS: [string, Partial<Evidence>, string, RegExp][] = [
  [
    'unplugged while it streams',
    { presence: 'gone', said: 'VIDIOC_DQBUF: failed: No such device' },
    'unplugged',
    /^the camera was unplugged$/,
  ],
  [
    'unplugged, whatever was said',
    { presence: 'gone', said: 'Permission denied' },
    'unplugged',
    /^the camera was unplugged$/,
  ],
  ['off the bus and back', { presence: 'replugged' }, 'unplugged', /look at cable, hub and power supply$/],
  [
    'busy, by the probe',
    { exitCode: 255, probed: 'VIDIOC_S_FMT: failed: Device or resource busy\n' },
    'acquire failed',
    /in use by ustreamer \(process 7\)$/,
  ],
  ['busy, by ffmpeg', { said: '/dev/video0: Device or resource busy' }, 'acquire failed', /in use by ustreamer/],
  [
    'bus full, by the probe',
    { probed: '\t\tVIDIOC_STREAMON returned -1 (No space left on device)\n' },
    'no bandwidth',
    /not have enough bandwidth for 1280x720 at 15 fps/,
  ],
  [
    'no right',
    { exitCode: 1, said: 'Failed to open /dev/video0: Permission denied' },
    'no permission',
    /^\/dev\/video0 may not be opened/,
  ],
  [
    'gone before it was opened',
    { exitCode: 1, said: 'Cannot open device /dev/video0, exiting.' },
    'unplugged',
    /cannot be opened as a camera$/,
  ],
  [
    'no camera at all',
    { exitCode: 1, said: 'Unable to detect what device /dev/null is, exiting.' },
    'unplugged',
    /cannot be opened as a camera$/,
  ],
  [
    'said something else',
    { exitCode: 1, said: 'one\nVIDIOC_QBUF: failed: Input/output error\n' },
    'child exited',
    /^v4l2-ctl: VIDIOC_QBUF: failed: Input\/output error$/,
  ],
  ['a signal', { exitCode: null, signal: 'SIGSEGV' }, 'child exited', /^v4l2-ctl: ended by SIGSEGV$/],
  ['not a word', {}, 'child exited', /^v4l2-ctl: ended by itself \(exit code 0\)$/],
  ['never started', { startError: 'spawn EAGAIN' }, 'child exited', /^v4l2-ctl did not start: spawn EAGAIN$/],
];

for (const [title, evidence, cause, message] of ROWS) {
  test(`${title}: ${cause}`, TIMEOUT, () => {
    const end = explainEnd({ ...SILENT, ...evidence });
    assert.equal(end.cause, cause);
    assert.match(end.message, message);
    assert.equal(end.cameraMissing, cause === 'unplugged');
  });
}

test('only an end without a known reason is worth a probe', TIMEOUT, () => {
  assert.equal(namesReason(''), false);
  assert.equal(namesReason('Failed to open /dev/video0: Permission denied'), true);
});
