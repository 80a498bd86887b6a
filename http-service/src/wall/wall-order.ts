// Where cameras stand on the wall: their order, and the groups that have a heading.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';

type Placed = { readonly config: Pick<CameraConfig, 'camera' | 'number' | 'group'> };

export interface WallGroup<T> {
  /** undefined: of the cameras that have no group */
  readonly name: string | undefined;
  readonly cameras: readonly T[];
}

/** In the order in which the first camera of each comes; cameras without a group stand together. */
export function inGroups<T extends Placed>(cameras: readonly T[]): readonly WallGroup<T>[] {
  const groups = new Map<string | undefined, T[]>();
  for (const camera of cameras) {
    const { group } = camera.config;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [camera]);
    else members.push(camera);
  }
  return [...groups].map(([name, members]) => ({ name, cameras: members }));
}

/** @param order names that come first, `wall_order`; the others follow by their numbers */
export function inOrder<T extends Placed>(cameras: readonly T[], order: readonly string[]): readonly T[] {
  const place = ({ config }: T) => {
    const position = order.indexOf(config.camera);
    return position === -1 ? order.length : position;
  };
  return [...cameras].sort((a, b) => place(a) - place(b) || a.config.number - b.config.number);
}
