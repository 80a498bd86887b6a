// Many ask, one works: callers that come while the work is under way get its outcome.

export interface SingleFlight<T> {
  /** Joins the work under way, or starts it. */
  run(): Promise<T>;
  readonly isRunning: boolean;
}

export function singleFlight<T>(work: () => Promise<T>): SingleFlight<T> {
  let running: Promise<T> | undefined;
  return {
    run() {
      running ??= work().finally(() => {
        running = undefined;
      });
      return running;
    },
    get isRunning() {
      return running !== undefined;
    },
  };
}
