// Reading params at the edge: `readParams(value, { camera: cameraName, viewers: integer(0, 1000) })`.

import { RPC_CODES, RpcError } from './rpc-error.ts';

/** Returns the value in its type. @throws {RpcError} -32602 that names the param and what it may be */
export type ParamCheck<T> = (value: unknown, name: string) => T;

/** An object with these keys; others, which a newer version of the other side may send, are ignored. @throws {RpcError} -32602 */
export function readParams<Shape extends Readonly<Record<string, ParamCheck<unknown>>>>(
  params: unknown,
  shape: Shape,
): { readonly [K in keyof Shape]: ReturnType<Shape[K]> } {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw invalidParams(`params must be an object with ${Object.keys(shape).join(', ')}`);
  }
  const given = new Map<string, unknown>(Object.entries(params));
  const read = Object.entries(shape).map(([key, check]) => [key, check(given.get(key), key)]);
  return Object.fromEntries(read) as { readonly [K in keyof Shape]: ReturnType<Shape[K]> };
}

/** For methods without params: nothing, or an empty object or array. @throws {RpcError} -32602 */
export function readNoParams(params: unknown): undefined {
  const isEmpty = typeof params === 'object' && params !== null && Object.keys(params).length === 0;
  if (params !== undefined && !isEmpty) throw invalidParams('this method takes no params');
  return undefined;
}

export const flag: ParamCheck<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw invalidParams(`${name} must be true or false`);
  return value;
};

export function integer(min: number, max: number): ParamCheck<number> {
  return (value, name) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw invalidParams(`${name} must be an integer from ${min} to ${max}`);
    }
    return value;
  };
}

/** Any number JSON can say, within the bounds; fractions allowed. */
export function number(min: number, max: number): ParamCheck<number> {
  return (value, name) => {
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw invalidParams(`${name} must be a number from ${min} to ${max}`);
    }
    return value;
  };
}

export function nullable<T>(check: ParamCheck<T>): ParamCheck<T | null> {
  return (value, name) => (value === null ? null : check(value, name));
}

/** For checks of one's own. */
export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_CODES.invalidParams, message);
}
