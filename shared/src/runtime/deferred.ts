// A promise that is settled from outside. Node.js 20 has no Promise.withResolvers.

export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** Only the first call counts, as with any promise. */
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function createDeferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve: (value) => resolve(value), reject: (error) => reject(error) };
}
