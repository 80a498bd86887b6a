// The controls of one camera as they were left, kept from now on.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { ResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import type { Logger } from 'pino';
import { type Controls, createControls } from './controls.ts';
import { readOverrides } from './overrides.ts';
import { openStateFile, readStateFile } from './state-file.ts';

export interface OpenControlsOptions {
  readonly base: CameraConfig;
  /** the state folder */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** @param stack writes what is not written yet when it ends. Never throws: without its state a camera is as the file has it. */
export async function openControls(options: OpenControlsOptions, stack: ResourceStack): Promise<Controls> {
  const { base, dir, clock, log } = options;
  const { camera } = base;
  const stored = await readStateFile({ dir, camera, log });
  const { overrides, unusable } = readOverrides(base, stored);
  if (unusable.length > 0)
    log.warn({ camera, controls: unusable }, 'controls set earlier that this camera does not take');
  const set = Object.keys(overrides);
  if (set.length > 0) log.info({ camera, controls: set }, 'controls set at run time lie over the environment file');
  const file = stack.use(openStateFile({ dir, camera, clock, log }));
  return createControls({ base, initial: overrides, save: file.save, clock, log });
}
