// The controls of one camera: who may set what, what holds now, and who is told of it.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import type {
  CameraControls,
  ControlChange,
  ControlName,
  ControlSetter,
  ControlState,
  ControlValue,
} from '@soft-stream/shared/api/controls';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { controlNames, controlOf } from '@soft-stream/shared/controls/camera-controls';
import { allowedValues, checkControlValue } from '@soft-stream/shared/controls/control-values';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createTokenBucket } from '@soft-stream/shared/runtime/token-bucket';
import { visibleText } from '@soft-stream/shared/runtime/visible-text';
import type { Logger } from 'pino';
import {
  applyOverrides,
  changesBetween,
  type Overrides,
  statesOfControls,
  statusOfControls,
  withoutValues,
  withValues,
} from './overrides.ts';

export interface Controls {
  /** the environment file, with what was set over it */
  readonly config: CameraConfig;
  describe(): CameraControls;
  /** of the camera's status */
  states(): Readonly<Record<string, ControlState>>;
  /** All or nothing. @throws {RpcError} 1008 naming control, value and what is allowed; 1009 when the page may not; 1005 when pages ask too often */
  set(values: Readonly<Record<string, ControlValue>>, by: ControlSetter): CameraControls;
  /** The file's values again. @param name null: all that may be set. @throws {RpcError} 1008, 1009 */
  reset(name: string | null, by: ControlSetter): CameraControls;
  /** Told once for each change, after it holds. */
  onChange(listener: (changes: readonly ControlChange[]) => void): void;
}

/** Of all pages together, whatever connections they come by; a slider that is moved asks less often. */
const PAGE_RATE = { perSecond: 5, burst: 20 };

export interface ControlsOptions {
  /** as the environment file has it */
  readonly base: CameraConfig;
  readonly initial: Overrides;
  save(overrides: Overrides): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createControls({ base, initial, save, clock, log: parent }: ControlsOptions): Controls {
  const { camera, driver, webControls } = base;
  const log = parent.child({ camera });
  const listeners: ((changes: readonly ControlChange[]) => void)[] = [];
  let overrides = initial;
  let config = applyOverrides(base, initial);

  const describe = (): CameraControls => ({ version: 1, camera, controls: statusOfControls(base, overrides) });

  const take = (next: Overrides, by: ControlSetter) => {
    const changes = changesBetween(config, applyOverrides(base, next), by);
    const isKept = JSON.stringify(next) === JSON.stringify(overrides);
    overrides = next;
    if (!isKept) save(next);
    if (changes.length === 0) return describe();
    config = applyOverrides(base, next);
    for (const { name, from, to } of changes) log.info({ control: name, from, to, by }, 'control set');
    for (const listener of listeners) listener(changes);
    return describe();
  };

  const pageBucket = createTokenBucket(PAGE_RATE, clock);
  const limit = (by: ControlSetter) => {
    const retryAfterMs = by === 'page' ? pageBucket.take() : 0;
    if (retryAfterMs === 0) return;
    throw new RpcError(RPC_ERRORS.rateLimited, `too many changes of ${camera}'s controls`, { retryAfterMs });
  };

  const find = (name: string, by: ControlSetter): ControlName => {
    if (controlOf(driver, name) === undefined) {
      throw invalid(
        name,
        null,
        `this camera has no control ${visibleText(name)}; it has ${controlNames(driver).join(', ')}`,
      );
    }
    // controlOf knows only names of the table
    const known = name as ControlName;
    if (by === 'page' && !webControls.includes(known)) {
      throw new RpcError(
        RPC_ERRORS.controlNotAllowed,
        `${known} may not be set from here: ${camera}_web_controls in the environment file does not name it`,
      );
    }
    return known;
  };

  return {
    get config() {
      return config;
    },
    describe,
    states: () => statesOfControls(base, overrides),
    set(values, by) {
      limit(by);
      const checked = new Map<ControlName, ControlValue>();
      for (const [name, given] of Object.entries(values)) {
        const known = find(name, by);
        const control = controlOf(driver, known);
        const value = control && checkControlValue(control, given);
        if (control === undefined || value === undefined) {
          const allowed = control === undefined ? '' : allowedValues(control);
          throw invalid(
            known,
            given,
            `${known} cannot be ${visibleText(String(given))}: it must be ${allowed}`,
            allowed,
          );
        }
        checked.set(known, value);
      }
      return take(withValues(base, overrides, checked, { by, atMs: clock.nowMs() }), by);
    },
    reset(name, by) {
      limit(by);
      const mayReset = by === 'page' ? webControls : controlNames(driver);
      return take(withoutValues(overrides, name === null ? mayReset : [find(name, by)]), by);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

function invalid(name: string, value: unknown, message: string, allowed = ''): RpcError {
  return new RpcError(RPC_ERRORS.invalidControl, message, { reason: message, item: { name, value, allowed } });
}
