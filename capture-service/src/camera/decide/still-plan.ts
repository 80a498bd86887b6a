// How a still is served in each state: pure.

import type { CameraMachine } from './state.ts';

export type StillWay =
  /** the next frame of the stream that is exposed late enough */
  | 'stream'
  /** a capture of its own */
  | 'shoot'
  /** something is under way: look again when the state changes */
  | 'wait'
  | 'held-off'
  /** no picture soon: say why */
  | 'failed';

/** @param wanted whether the stream has demand, so that it comes by itself */
export function stillWay(state: CameraMachine, full: boolean, wanted: boolean): StillWay {
  switch (state.kind) {
    case 'held-off':
      return 'held-off';
    case 'idle':
    case 'absent':
      return 'shoot';
    case 'failed':
      return wanted ? 'failed' : 'shoot';
    case 'streaming':
      if (state.leaving) return 'wait';
      return full ? 'shoot' : 'stream';
    case 'capturing':
      return 'shoot';
    case 'starting':
    case 'focusing':
    case 'restarting':
      return 'wait';
  }
}
