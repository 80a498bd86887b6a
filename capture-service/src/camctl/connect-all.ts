// Both instances of capture-service as one: what names a camera goes to the one that has it, everything else to both,
// whose answers are joined.

import { existsSync } from 'node:fs';
import type { ControlMethods } from '@soft-stream/shared/api/control-api';
import { askControl } from '@soft-stream/shared/api/control-messages';
import { CAPTURE_ROLES, captureRunDir } from '@soft-stream/shared/config/capture-roles';
import { connectPeer } from '@soft-stream/shared/rpc/client';
import type { RpcPeer } from '@soft-stream/shared/rpc/peer';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { pino } from 'pino';
import { controlPath } from '../control/control.ts';

type Instance = RpcPeer<ControlMethods>;

export interface Control extends Pick<Instance, 'request' | 'close'> {
  /** resolves when any of them has ended */
  readonly closed: Promise<unknown>;
  /** which of them was expected and is not there, for people */
  readonly unreachable: string | undefined;
}

/** @throws {RpcConnectionError} none of them is reachable */
export async function connectAll(
  runDir: string,
  notifications: Readonly<Record<string, (params: unknown) => void>>,
): Promise<Control> {
  const log = pino({ level: 'silent' });
  const paths = CAPTURE_ROLES.map((role) => controlPath(captureRunDir(runDir, role)));
  // Where there is no socket of the second, none is configured.
  const expected = paths.filter((path, at) => at === 0 || existsSync(path));
  const tried = await Promise.allSettled(
    expected.map((path) => connectPeer<ControlMethods>({ path, notifications, log })),
  );
  const instances = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failures: unknown[] = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (instances.length === 0) throw failures[0];
  // The network's alone is how a pair without devices runs.
  const isMissing = failures.length > 0 && existsSync(expected[0] ?? '');
  return {
    ...joinInstances(instances),
    unreachable: isMissing ? `one capture-service is not reachable: ${errorMessage(failures[0])}` : undefined,
  };
}

export function joinInstances(instances: readonly Instance[]): Omit<Control, 'unreachable'> {
  const request: Instance['request'] = async (method, params, options) => {
    const chosen = await ownersOf(instances, params);
    const answers = await Promise.all(chosen.map((each) => each.request(method, params, options)));
    return answers.reduce(join);
  };
  return {
    request,
    close() {
      for (const each of instances) each.close();
    },
    closed: Promise.race(instances.map((each) => each.closed)),
  };
}

/** A camera that nobody has is asked for at the first, whose refusal says so. */
async function ownersOf(instances: readonly Instance[], params: unknown): Promise<readonly Instance[]> {
  const camera = typeof params === 'object' && params !== null && 'camera' in params ? params.camera : null;
  if (camera === null || instances.length === 1) return instances;
  for (const each of instances) {
    const { cameras } = await askControl(each, 'status', { camera: null });
    if (cameras.some((status) => status.camera === camera)) return [each];
  }
  return instances.slice(0, 1);
}

/** Lists one after the other; of everything else the first. */
function join(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (typeof first !== 'object' || first === null || typeof second !== 'object' || second === null) return first;
  const more = new Map(Object.entries(second));
  return Object.fromEntries(Object.entries(first).map(([key, value]) => [key, join(value, more.get(key))]));
}
