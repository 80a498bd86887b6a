// What a recording is made of: a still background and, for each moment, what moves in front of it (both SVG).

import type { Moment } from './geometry.ts';

export interface Scene {
  /** the folder's name: `cam0`, `cam1` */
  readonly camera: string;
  /** burned in at the top left */
  readonly title: string;
  /** steps of 255 */
  readonly noiseSigma: number;
  background(): string;
  foreground(moment: Moment): string;
}
