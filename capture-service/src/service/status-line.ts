// What the cameras do, in one line for `systemctl status`.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';

export function statusLine(cameras: readonly CameraStatus[]): string {
  return cameras.map(describeCamera).join('; ');
}

function describeCamera({ camera, state, cause, viewers }: CameraStatus): string {
  const why = cause === null ? '' : ` (${cause})`;
  return `${camera} ${state}${why}, ${viewers} ${viewers === 1 ? 'viewer' : 'viewers'}`;
}
