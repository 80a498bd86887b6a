// The lens: what `%afstate` and `%lp` say at a moment after the start.

import type { Options } from './options.ts';
import { say } from './program.ts';
import type { Faults, StandinCamera } from './world.ts';

export interface Focus {
  readonly state: 'idle' | 'scanning' | 'focused' | 'failed';
  readonly lensPosition: number;
}

const SCAN_MS = 300;

export function focusAt(camera: StandinCamera, options: Options, faults: Faults, elapsedMs: number): Focus {
  if (!camera.autofocus) return { state: 'idle', lensPosition: -1 };
  const mode = options.get('autofocus-mode') ?? (options.has('lens-position') ? 'manual' : 'continuous');
  if (mode === 'manual') {
    const asked = options.get('lens-position') ?? 'default';
    return { state: 'idle', lensPosition: asked === 'default' ? 1 : Math.min(15, Math.max(0, Number(asked))) };
  }
  const result = faults.autofocus ?? 'focused';
  if (result === 'never' || elapsedMs < (faults.autofocusMs ?? SCAN_MS)) {
    return { state: 'scanning', lensPosition: 1 + ((elapsedMs / 100) % 10) };
  }
  return { state: result, lensPosition: result === 'focused' ? 4.03 : 15 };
}

/** The `--info-text` line of a frame; each token is replaced once. */
export function describeFrame(text: string, number: number, fps: number, focus: Focus): void {
  say(
    text
      .replace('%frame', String(number))
      .replace('%fps', fps.toFixed(2))
      .replace('%lp', focus.lensPosition.toFixed(2))
      .replace('%afstate', focus.state)
      .replace('%focus', '1507.00'),
  );
}
