// The settings of the wall, the page with all cameras, and what they say about those of the cameras.

import { resolve } from 'node:path';
import type { WallSettings } from './camera-config.ts';
import type { ConfigProblem } from './config-error.ts';
import type { NumberedValues } from './cross-checks.ts';
import type { SettingValues } from './formats/setting.ts';
import type { GLOBAL_SETTINGS } from './settings.ts';

type WallValues = Pick<
  SettingValues<typeof GLOBAL_SETTINGS>,
  'wall' | 'wall_port' | 'wall_bind' | 'wall_socket' | 'wall_live' | 'wall_interval' | 'wall_order'
>;

/** Below those of the cameras, 18081+N. */
const DEFAULT_PORT = 18_080;

export interface WallSurroundings {
  readonly container: boolean;
  readonly socketDir: string | undefined;
  readonly cwd: string;
}

export function buildWall(values: WallValues, { container, socketDir, cwd }: WallSurroundings): WallSettings {
  return {
    isOn: values.wall,
    // Inside a container these belong to the published side, which compose reads by itself.
    port: container ? DEFAULT_PORT : (values.wall_port ?? DEFAULT_PORT),
    isPortChosen: container || values.wall_port !== undefined,
    bind: container ? '0.0.0.0' : values.wall_bind,
    socket: values.wall_socket ?? (socketDir === undefined ? undefined : resolve(cwd, socketDir, 'wall.sock')),
    isLive: values.wall_live,
    intervalMs: values.wall_interval,
    order: values.wall_order ?? [],
  };
}

/** The wall cannot share an address with a camera, and shows only cameras that there are. */
export function checkWall(values: WallValues, cameras: readonly NumberedValues[]): ConfigProblem[] {
  if (!values.wall) return [];
  const problems: ConfigProblem[] = [];
  const problem = (key: string, value: string, message: string) =>
    problems.push({ key, value, message, source: undefined });
  const { wall_port: port, wall_bind: bind, wall_socket: socket } = values;
  if (bind === 'none' && socket === undefined) {
    problem('wall_bind', bind, 'needs wall_socket: nobody could connect otherwise; wall=0 means no wall');
  }
  for (const { number, values: camera } of cameras) {
    const isSamePort = port !== undefined && port !== 0 && bind !== 'none' && camera.bind !== 'none';
    if (isSamePort && port === camera.port) {
      problem('wall_port', String(port), `cam${number} has the same port; the wall needs its own`);
    }
    if (socket !== undefined && socket === camera.socket) {
      problem('wall_socket', socket, `cam${number} has the same socket; the wall needs its own`);
    }
  }
  const unknown = (values.wall_order ?? []).filter((name) => !cameras.some(({ number }) => name === `cam${number}`));
  for (const name of unknown) problem('wall_order', name, 'is no camera that these settings have');
  return problems;
}
