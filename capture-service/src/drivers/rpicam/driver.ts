// The `rpicam` driver: a CSI camera through rpicam-vid (streams) and rpicam-still (pictures).

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Logger } from 'pino';
import type { CameraDriver } from '../driver.ts';
import type { RpicamHost } from './host.ts';
import { shootStill } from './still.ts';
import { startStream } from './stream.ts';

/** @param host shared by all cameras of this machine */
export function createRpicamDriver(host: RpicamHost, config: CameraConfig, log: Logger): CameraDriver {
  host.register(config);
  const rememberFixedFocus = (id: string) => {
    if (host.fixedFocus.has(id)) return;
    host.fixedFocus.add(id);
    // The camera says so to the operator, at its first stream.
    if (config.autofocus) log.debug({ cameraId: id }, 'lens cannot be moved');
  };
  let advised: string | undefined;
  const adviseId = (id: string) => {
    if (config.id !== undefined || advised === id) return;
    advised = id;
    const facts = { index: config.index, idLine: `${config.camera}_id=${id}` };
    log.warn(facts, 'camera chosen by its index, which changes when another one is missing: better set its id');
  };

  return {
    kind: 'rpicam',
    async locate(signal) {
      const found = await host.locate(config, signal);
      if (found) adviseId(found.id);
      return found && { id: found.id, model: found.model, index: found.index };
    },
    async openStream(located, events, signal) {
      const turn = await host.takeTurn(signal);
      if (signal.aborted) turn.release();
      signal.throwIfAborted();
      return startStream({
        host,
        config,
        located,
        events,
        turn,
        log,
        onFixedFocus: () => rememberFixedFocus(located.id),
      });
    },
    async captureStill(located, { full, signal }) {
      const shoot = (focus: boolean) => shootStill({ host, config, located, full, focus, signal, log });
      const still = await shoot(!host.fixedFocus.has(located.id));
      if (still !== 'fixed focus') return still;
      rememberFixedFocus(located.id);
      const unfocused = await shoot(false);
      if (unfocused === 'fixed focus') throw new Error('rpicam-still was not asked to focus');
      return unfocused;
    },
  };
}
