// What AsyncDisposableStack will be once every supported Node.js has it: opened in order, closed in reverse.

export interface ResourceStack extends AsyncDisposable {
  /** Takes it over and hands it back: `const server = stack.use(await listenUnix(...))`. */
  use<T extends AsyncDisposable>(resource: T): T;
  defer(close: () => void | Promise<void>): void;
}

/** Closing goes on after a failure; the first failure is thrown at the end. Idempotent. */
export function createResourceStack(): ResourceStack {
  const closers: (() => void | PromiseLike<void>)[] = [];
  return {
    use(resource) {
      closers.push(() => resource[Symbol.asyncDispose]());
      return resource;
    },
    defer(close) {
      closers.push(close);
    },
    async [Symbol.asyncDispose]() {
      const failures: unknown[] = [];
      for (let close = closers.pop(); close; close = closers.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
