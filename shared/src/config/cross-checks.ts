// What one camera's settings say about another's: two of them cannot share a camera, a port or a socket.

import type { CameraValues } from './build-camera.ts';
import type { ConfigProblem } from './config-error.ts';
import { checkDriverSettings, sameIdRule } from './drivers/driver-settings.ts';

export interface NumberedValues {
  readonly number: number;
  readonly values: CameraValues;
}

/** The problems that no format can see. Ports are those of the file also in a container: they collide where published. */
export function checkAcross(cameras: readonly NumberedValues[]): ConfigProblem[] {
  const problems = cameras.flatMap(checkAlone);
  for (const [position, second] of cameras.entries()) {
    for (const first of cameras.slice(0, position)) problems.push(...checkPair(first, second));
  }
  return problems;
}

function checkAlone({ number, values }: NumberedValues): ConfigProblem[] {
  const camera = `cam${number}`;
  const problems = checkDriverSettings(values, camera).map(({ key, value, message }) =>
    problem(`${camera}_${key}`, value, message),
  );
  if (values.bind === 'none' && values.socket === undefined) {
    problems.push(problem(`${camera}_bind`, 'none', `needs ${camera}_socket: nobody could connect otherwise`));
  }
  return problems;
}

function checkPair(first: NumberedValues, second: NumberedValues): ConfigProblem[] {
  const [a, b] = [first.values, second.values];
  const [one, other] = [`cam${first.number}`, `cam${second.number}`];
  const problems: ConfigProblem[] = [];
  const clash = (key: string, value: string) =>
    problems.push(
      problem(`${other}_${key}`, value, `${one} and ${other} have the same ${key}; each camera needs its own`),
    );

  const isSameId = a.driver === b.driver ? sameIdRule(a.driver) : undefined;
  if (isSameId !== undefined) {
    if (a.id !== undefined && b.id !== undefined && isSameId(a.id, b.id)) clash('id', b.id);
    const indexes = [a.index ?? first.number, b.index ?? second.number];
    if (a.id === undefined && b.id === undefined && indexes[0] === indexes[1]) clash('index', String(indexes[1]));
  }
  const bothListen = a.bind !== 'none' && b.bind !== 'none';
  if (bothListen && a.port !== 0 && a.port === b.port) clash('port', String(b.port));
  if (a.socket !== undefined && a.socket === b.socket) clash('socket', a.socket);
  return problems;
}

function problem(key: string, value: string, message: string): ConfigProblem {
  return { key, value, message, source: undefined };
}
