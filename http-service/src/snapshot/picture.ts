// A picture that a snapshot can be made of.

import type { KeptFrame } from '../frames/frame-reader.ts';

export interface Picture extends KeptFrame {
  /** a frame of the stream, a still of its own, or one that was here already (`max_age`) */
  readonly source: 'live' | 'still' | 'cached';
}
