// What viewers of one camera see when nothing is live. A placeholder that says the same as before is not drawn again.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { KeptFrame } from '../frames/frame-reader.ts';
import { drawHeld, drawPlaceholder } from '../pictures/drawn-pictures.ts';
import { describe, heldLine } from '../pictures/words.ts';
import type { PortalStatus } from '../status/portal-status.ts';

export type DrawState = (last: KeptFrame | undefined, status: PortalStatus) => Promise<Uint8Array>;

export function createDrawState(config: CameraConfig, clock: Clock): DrawState {
  let drawn: { readonly text: string; readonly jpeg: Buffer } | undefined;
  return async (last, status) => {
    const words = describe({ status, captureReachable: status.captureReachable, nowMs: clock.nowMs() });
    if (last) return drawHeld(last.jpeg, last, heldLine(words, clock.monotonicMs() - last.monotonicMs));
    const text = `${words.title}\n${words.detail}`;
    if (drawn?.text !== text) drawn = { text, jpeg: await drawPlaceholder(config, config.name, words) };
    return drawn.jpeg;
  };
}
