// Outcomes, cameras and the doctor's lines for people. Pure.

import type { CameraOutcome, DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import { align } from './print-status.ts';

export function printOutcomes(outcomes: readonly CameraOutcome[]): string {
  return align(outcomes.map(({ camera, ok, message }) => [camera, ok ? 'ok' : 'no', message])).join('\n');
}

export function printCameras(cameras: readonly SeenCamera[]): string {
  if (cameras.length === 0) return 'no cameras found';
  return cameras
    .map(({ index, model, width, height, camera, idLine, modes, driver }) => {
      const size = width === null || height === null ? '' : `, ${width}x${height}`;
      const serves = camera === null ? 'not configured' : `is ${camera}`;
      const driverLine = camera === null && driver !== undefined ? [`   ${idLine.split('_')[0]}_driver=${driver}`] : [];
      const head = `${index}: ${model}${size} (${serves})`;
      return [head, ...modes.map((mode) => `     ${mode}`), ...driverLine, `   ${idLine}`].join('\n');
    })
    .join('\n');
}

/** Worst last, where it is seen. */
export function printDoctor(lines: readonly DoctorLine[]): string {
  const fails = lines.filter((line) => line.level === 'fail').length;
  const warns = lines.filter((line) => line.level === 'warn').length;
  const verdict = fails + warns === 0 ? 'all is well' : `${fails} to repair, ${warns} to look at`;
  const printed = lines.map(({ level, what, advice }) =>
    [`${level.padEnd(4)}  ${what}`, ...(advice === undefined ? [] : [`      -> ${advice}`])].join('\n'),
  );
  return [...printed, '', verdict].join('\n');
}
