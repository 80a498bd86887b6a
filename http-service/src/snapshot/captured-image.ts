// What a snapshot is made of: a frame of the stream, or a still.

import type { KeptFrame } from '../frames/frame-reader.ts';

export interface CapturedImage extends KeptFrame {
  /** a frame of the stream, a still of its own, or one that was here already (`max_age`) */
  readonly source: 'live' | 'still' | 'cached';
}
