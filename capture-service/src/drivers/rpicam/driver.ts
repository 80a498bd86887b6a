// The `rpicam` driver: a CSI camera through rpicam-vid (streams) and rpicam-still (pictures).

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Logger } from 'pino';
import type { CameraDriver, Located, Still, StillRequest } from '../driver.ts';
import { startAssumed } from './assumed-stream.ts';
import { StillError } from './failure.ts';
import type { RpicamHost } from './listing/host.ts';
import { captureStill } from './still.ts';
import { startStream } from './stream.ts';

/** @param host shared by all cameras of this machine */
export function createRpicamDriver(host: RpicamHost, initial: CameraConfig, log: Logger): CameraDriver {
  let config = initial;
  host.register(config);
  const rememberFixedFocus = (id: string) => {
    if (host.fixedFocus.has(id)) return;
    host.fixedFocus.add(id);
    // The camera says so to the operator, at its first stream.
    if (config.autofocus) log.debug({ cameraId: id }, 'lens cannot be moved');
  };
  /** false: a still was taken of the right camera, but rpicam-still did not say which one it had opened */
  let stillsNameTheirCamera = true;
  let advised: string | undefined;
  const adviseId = (id: string) => {
    if (config.id !== undefined || advised === id) return;
    advised = id;
    const facts = { index: config.index, idLine: `${config.camera}_id=${id}` };
    log.warn(facts, 'camera selected by its index, which changes when another camera is missing: set its id instead');
  };

  const locate = async (signal: AbortSignal): Promise<Located | undefined> => {
    const found = await host.locate(config, signal);
    if (found) adviseId(found.id);
    return found && { id: found.id, model: found.model, index: found.index };
  };

  const captureLocated = async (
    located: Located,
    { full, signal, trouble }: StillRequest,
  ): Promise<Still | 'wrong camera'> => {
    const capture = (focus: boolean) => captureStill({ host, config, located, full, focus, signal, trouble, log });
    const still = await capture(!host.fixedFocus.has(located.id));
    if (still !== 'fixed focus') return still;
    rememberFixedFocus(located.id);
    const unfocused = await capture(false);
    if (unfocused === 'fixed focus') throw new Error('rpicam-still was not asked to focus');
    return unfocused;
  };

  return {
    kind: 'rpicam',
    traits: { frameSize: 'requested', framesDiffer: true },
    configure(next) {
      config = next;
    },
    known() {
      const found = host.known(config);
      return found && { id: found.id, model: found.model, index: found.index, isAssumed: true };
    },
    locate,
    async openStream(located, events, signal) {
      const open = async (at: Located, opening: AbortSignal, onWrongCamera: (why: string) => void) => {
        const turn = await host.takeTurn(opening);
        if (opening.aborted) turn.release();
        opening.throwIfAborted();
        const onFixedFocus = () => rememberFixedFocus(at.id);
        return startStream({ host, config, located: at, events, turn, log, onFixedFocus, onWrongCamera });
      };
      if (located.isAssumed !== true) return open(located, signal, () => undefined);
      return startAssumed({ assumed: located, events, open, locate, log }, signal);
    },
    async captureStill(assumed, request) {
      const mustList = assumed.isAssumed === true && !stillsNameTheirCamera;
      const still = mustList ? 'wrong camera' : await captureLocated(assumed, request);
      if (still !== 'wrong camera') return still;
      const located = await locate(request.signal);
      const message = `camera ${assumed.id} is gone: it is no longer among the cameras that libcamera lists`;
      if (located === undefined) throw new StillError({ cause: 'child exited', message, cameraMissing: true });
      if (located.index !== assumed.index) {
        log.info({ cameraId: located.id, index: located.index }, 'the cameras have changed: they were listed again');
      } else stillsNameTheirCamera = false;
      const right = await captureLocated(located, request);
      if (right === 'wrong camera') throw new Error('a camera that was just listed is not assumed');
      return right;
    },
  };
}
