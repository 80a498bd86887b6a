// Waiting that an AbortSignal can end, with nothing left behind however it ends.

type CleanUp = (isAborted: boolean) => void;

/**
 * A promise that `start` settles, unless the signal aborts first.
 * @param start begins to wait; what it returns is called once, when the waiting is over
 * @throws `signal.reason` when aborted, also before: `start` is then not called
 */
export function abortable<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => CleanUp | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let isOver = false;
    let cleanUp: CleanUp | undefined;
    const finish = (isAborted: boolean, settle: () => void) => {
      if (isOver) return;
      isOver = true;
      signal?.removeEventListener('abort', onAbort);
      cleanUp?.(isAborted);
      settle();
    };
    const onAbort = () => finish(true, () => reject(signal?.reason));
    const fail = (error: unknown) => finish(false, () => reject(error));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const undo = start((value) => finish(false, () => resolve(value)), fail);
      if (isOver) undo?.(false);
      else cleanUp = undo;
    } catch (error) {
      fail(error);
    }
  });
}

/** Resolves when the signal aborts, at once when it has. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
