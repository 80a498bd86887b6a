// Why a USB camera gave no pictures, from what the program said, what a probe said and what sysfs says: pure.
// Exit codes are no help: v4l2-ctl ends with 0 when the camera is unplugged, and silently for three other reasons.

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import type { StreamEnd } from '../driver.ts';
import type { Asked } from './process/arguments.ts';

/** A still that did not come about; `cause` and `cameraMissing` as for a stream. */
export class StillError extends SoftStreamError {
  readonly failure: StreamEnd;

  constructor(failure: StreamEnd) {
    super(failure.cameraMissing ? 'ERR_CAMERA_MISSING' : 'ERR_STILL', `${failure.cause}: ${failure.message}`);
    this.failure = failure;
  }
}

export interface Evidence {
  /** `v4l2-ctl` or `ffmpeg` */
  readonly program: string;
  /** all it said, its output before the first frame included */
  readonly said: string;
  /** what the probe said; undefined when there was none */
  readonly probed: string | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly startError: string | undefined;
  /** as sysfs describes it: `replugged` is the same camera, but not the one that was opened */
  readonly presence: 'there' | 'gone' | 'replugged';
  readonly node: string;
  /** `cam0` */
  readonly camera: string;
  readonly asked: Asked;
  /** who has the device open, for people */
  readonly holders: string;
  /** other cameras on the same bus that stream now, for people; empty = none */
  readonly neighbours: string;
}

const failed = (cause: StreamEnd['cause'], message: string, cameraMissing = false): StreamEnd => ({
  cause,
  message,
  cameraMissing,
});

/** Whether what it said names a reason, so that no probe is needed. */
export function namesReason(said: string): boolean {
  return ROWS.some(([pattern]) => pattern.test(said));
}

export function explainEnd(evidence: Evidence): StreamEnd {
  const { said, probed, program, startError } = evidence;
  if (startError !== undefined) return failed('child exited', `${program} did not start: ${startError}`);
  if (evidence.presence === 'gone') return failed('unplugged', 'the camera was unplugged', true);
  if (evidence.presence === 'replugged') {
    return failed('unplugged', 'the camera left the USB bus and came back: look at cable, hub and power supply', true);
  }
  const row = ROWS.find(([pattern]) => pattern.test(said)) ?? ROWS.find(([pattern]) => pattern.test(probed ?? ''));
  if (row) return row[1](evidence);
  return failed('child exited', `${program}: ${lastLine(said) ?? ending(evidence)}`);
}

const ROWS: readonly (readonly [RegExp, (evidence: Evidence) => StreamEnd])[] = [
  [/Device or resource busy/, ({ holders }) => failed('acquire failed', `the camera is in use by ${holders}`)],
  [/No space left on device/, noBandwidth],
  [/Permission denied|Operation not permitted/, noPermission],
  [
    /Cannot find a proper format/,
    ({ camera }) => failed('no MJPEG', `the camera has no YUYV: unset ${camera}_v4l2_format`),
  ],
  [
    /Cannot open device|No such file or directory|Unable to detect what device/,
    ({ node }) => failed('unplugged', `${node} cannot be opened as a camera`, true),
  ],
];

function noBandwidth({ camera, asked, neighbours }: Evidence): StreamEnd {
  const size = `${asked.width}x${asked.height} at ${asked.fps} fps`;
  const others = neighbours === '' ? 'other devices' : neighbours;
  const advice = `lower ${camera}_width, ${camera}_height or ${camera}_fps, or plug it into a port of another USB controller`;
  return failed('no bandwidth', `the USB bus does not have enough bandwidth for ${size} beside ${others}: ${advice}`);
}

function noPermission({ node }: Evidence): StreamEnd {
  const advice =
    'give the user of this service the group of the device (`sudo usermod -aG video USER`; in a container group_add)';
  return failed('no permission', `${node} may not be opened: ${advice}`);
}

/** @param offered `YUYV only` */
export function noMjpeg(camera: string, offered: string): StreamEnd {
  const advice = offered.includes('YUYV')
    ? `: ${camera}_v4l2_format=yuyv encodes its pictures here, at the cost of CPU`
    : ', and what it offers cannot be shown';
  return failed('no MJPEG', `the camera sends no MJPEG (${offered})${advice}`);
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}

function ending({ exitCode, signal }: Evidence): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === 0 ? 'ended by itself (exit code 0)' : `ended with exit code ${exitCode}`;
}
