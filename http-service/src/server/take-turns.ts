// Requests take turns with the frames: a few in each turn of the event loop, the others in the next ones. Node.js hands
// over all that came on all connections at once, and a thousand requests would hold every picture up for half a second.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Each takes half a millisecond, measured; a page asks for six at a time. */
export const REQUESTS_PER_TURN = 4;

/** @returns a listener that passes on to `handler`, in order, what is still connected when its turn comes */
export function takeTurns(handler: RequestListener): RequestListener {
  const waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  let left = REQUESTS_PER_TURN;
  let isTurnPlanned = false;

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    // What is left in a chunk of a connection that was cut in the middle of it is parsed all the same.
    if (request.socket.destroyed) return;
    left -= 1;
    handler(request, response);
  };
  const planTurn = () => {
    if (isTurnPlanned) return;
    isTurnPlanned = true;
    setImmediate(turn);
  };
  const turn = () => {
    isTurnPlanned = false;
    left = REQUESTS_PER_TURN;
    while (left > 0) {
      const next = waiting.shift();
      if (next === undefined) return;
      serve(...next);
    }
    planTurn();
  };
  return (request, response) => {
    if (left > 0 && waiting.length === 0) serve(request, response);
    else waiting.push([request, response]);
    planTurn();
  };
}
