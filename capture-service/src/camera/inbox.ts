// One event after the other: what comes while one is being dealt with waits for its turn.

/** @returns puts an event in; on the way out of the outermost call all of them have been dealt with */
export function createInbox<T>(handle: (event: T) => void): (event: T) => void {
  const waiting: T[] = [];
  let isBusy = false;
  return (event) => {
    waiting.push(event);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) handle(next);
    } finally {
      isBusy = false;
    }
  };
}
