// What the operator may do: every verb of camctl, as a method.

import type { CameraSelection, ControlMethods, DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import { CONTROL_PARAMS } from '@soft-stream/shared/api/control-messages';
import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import type { MethodTable, PeerConnection } from '@soft-stream/shared/rpc/methods';
import { serveMethods } from '@soft-stream/shared/rpc/typed-methods';
import type { Camera } from '../camera/camera-api.ts';
import { CameraRefusal } from '../camera/decide/refusal.ts';
import { describeFocus } from '../camera/focus/gate.ts';
import { newestOf } from '../camera/trace.ts';
import { asRpcError } from '../errors/rpc-refusal.ts';
import { type Cameras, findCamera, outcomes, selectCameras } from './outcomes.ts';

/** Of all cameras together: a message has at most 64 KiB, and their statuses are in it as well. */
const MAX_TRACE_BYTES = 32 * 1_024;

export interface ControlMethodOptions {
  readonly cameras: Cameras;
  listCameras(signal: AbortSignal): Promise<readonly SeenCamera[]>;
  doctor(signal: AbortSignal): Promise<readonly DoctorLine[]>;
  subscribe(peer: PeerConnection): void;
}

export function controlMethods(options: ControlMethodOptions): MethodTable<ControlMethods> {
  const { cameras, listCameras, doctor, subscribe } = options;
  const select = (selection: CameraSelection) => selectCameras(cameras, selection);
  return serveMethods<ControlMethods>(CONTROL_PARAMS, {
    status(selection) {
      const selected = select(selection);
      const maxBytes = MAX_TRACE_BYTES / selected.length;
      const traced = selected.map((camera) => ({ ...camera.status(), trace: newestOf(camera.trace(), maxBytes) }));
      return { version: 1, cameras: traced };
    },
    async cameras(_params, { signal }) {
      try {
        return { version: 1, cameras: await listCameras(signal) };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw asRpcError(new CameraRefusal('captureFailed', reason, { cause }));
      }
    },
    start: (selection) =>
      outcomes(select(selection), (camera) => {
        camera.hold('on');
        return 'held on until auto';
      }),
    stop: (selection) =>
      outcomes(select(selection), (camera) => {
        camera.hold('off');
        return 'held off until auto';
      }),
    auto: (selection) =>
      outcomes(select(selection), (camera) => {
        camera.hold('auto');
        return 'follows demand';
      }),
    autofocus: (selection, { signal }) =>
      outcomes(select(selection), async (camera) => {
        const outcome = await camera.runFocusCycle(signal);
        if (outcome.result === 'focused' || outcome.result === 'fixed') return describeFocus(outcome);
        throw new CameraRefusal('captureFailed', `autofocus ${describeFocus(outcome)}`);
      }),
    restart: (selection) => outcomes(select(selection), restart),
    rescan(_params, { signal }) {
      return outcomes([...cameras.values()], async (camera) => {
        await camera.look(signal);
        const { state, cause } = camera.status();
        if (state === 'absent' || state === 'failed') throw new CameraRefusal('cameraAbsent', cause ?? state);
        return state === 'idle' ? 'is there' : state;
      });
    },
    async snapshot({ camera: name, full }, { signal }) {
      const camera = findCamera(cameras, name);
      try {
        const still = await camera.still({ full, notBeforeMs: 0 }, signal);
        return { ...still, objectName: camera.status().object.name };
      } catch (error) {
        throw asRpcError(error);
      }
    },
    get: (selection) => ({ version: 1, cameras: select(selection).map((camera) => camera.controls.describe()) }),
    set: ({ camera, values }) => findCamera(cameras, camera).controls.set(values, 'operator'),
    reset: ({ camera, name }) => findCamera(cameras, camera).controls.reset(name, 'operator'),
    subscribe(_params, { peer }) {
      subscribe(peer);
      return null;
    },
    doctor: async (_params, { signal }) => ({
      version: 1,
      lines: await doctor(signal),
      serviceVersion: PRODUCT_VERSION,
    }),
  });
}

function restart(camera: Camera): string {
  if (camera.restart()) return 'restarts';
  throw new CameraRefusal('refused', `nothing to restart: the camera is ${camera.status().state}`);
}
