// SIGINT, SIGTERM and SIGHUP as two AbortSignals: the first one stops in order, one that comes later kills.

/** npm passes on the SIGINT that the terminal has given us already: two at once are one. */
const SAME_KEYPRESS_MS = 1_000;

export interface StopSignals {
  readonly stop: AbortSignal;
  readonly impatient: AbortSignal;
}

/** Call it once, before anything is started. */
export function listenForStop(): StopSignals {
  const stop = new AbortController();
  const impatient = new AbortController();
  let firstMs: number | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    const nowMs = performance.now();
    firstMs ??= nowMs;
    if (nowMs - firstMs > SAME_KEYPRESS_MS) impatient.abort(name);
    else stop.abort(name);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { stop: stop.signal, impatient: impatient.signal };
}
