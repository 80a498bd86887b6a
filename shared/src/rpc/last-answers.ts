// The other side has said all that it will (shutdown(2), `nc -N`): what it asked is still answered, then the connection
// ends. A unix socket tells a reader the same of one that is gone altogether; the difference shows on writing.

import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';

export interface LastAnswers {
  /** Call for each request that has been answered. */
  answered(): void;
  /** The connection is gone. */
  cancel(): void;
}

export interface LastAnswersOptions {
  readonly socket: Socket;
  /** requests of the other side that are being served */
  served(): number;
  readonly limitMs: number;
  readonly clock: Clock;
  /** the answers, or the taking of them, took longer than `limitMs` */
  tooLong(): void;
}

/** White space before a message is none of JSON's business: an answer that follows can be read as if it were not there. */
const PROBE = ' ';

/** Begins at the 'end' of a socket with `allowHalfOpen`. Where the other side is gone an 'error' (EPIPE) follows. */
export function giveLastAnswers({ socket, served, limitMs, clock, tooLong }: LastAnswersOptions): LastAnswers {
  const cancel = clock.after(limitMs, tooLong);
  const endIfDone = () => {
    if (served() === 0) socket.end();
  };
  if (served() > 0) socket.write(PROBE);
  endIfDone();
  return { answered: endIfDone, cancel };
}
