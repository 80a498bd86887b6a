// Concurrent requests share one capture. Who needs an exposure of after its request shares the next one: at most one
// capture runs and one waits, however many ask.

export interface SharedCapture<T> {
  /** The one under way, or a new one. */
  join(): Promise<T>;
  /** One that begins from now on. */
  next(): Promise<T>;
}

/** @param capture given the CLOCK_MONOTONIC ms that exposure must not be earlier than; 0: any */
export function createSharedCapture<T>(
  capture: (notBeforeMs: number) => Promise<T>,
  nowMs: () => number,
): SharedCapture<T> {
  let running: Promise<T> | undefined;
  let waiting: Promise<T> | undefined;

  const start = (notBeforeMs: number): Promise<T> => {
    const started = capture(notBeforeMs).finally(() => {
      if (running === started) running = undefined;
    });
    running = started;
    return started;
  };
  return {
    join: () => running ?? start(0),
    next() {
      if (running === undefined) return start(nowMs());
      waiting ??= running.then(ignore, ignore).then(() => {
        waiting = undefined;
        return start(nowMs());
      });
      return waiting;
    },
  };
}

const ignore = () => undefined;
