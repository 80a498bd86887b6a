// Who watches what, in one line for `systemctl status`.

import type { PortalStatus } from '../status/portal-status.ts';

export function statusLine(cameras: readonly PortalStatus[]): string {
  const lines = cameras.map(
    ({ camera, state, http }) => `${camera} ${state}, ${http.viewers} ${http.viewers === 1 ? 'viewer' : 'viewers'}`,
  );
  const isAway = cameras.some((each) => !each.captureReachable);
  return [...(isAway ? ['capture-service unreachable'] : []), ...lines].join('; ');
}
