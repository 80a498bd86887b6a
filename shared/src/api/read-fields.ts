// Reading what the other side said, which may be a version older or newer: a field that is missing or of another kind
// becomes something defined, one that nobody knows is left out.

import { SoftStreamError } from '../runtime/errors.ts';

/** A message without the one thing that makes it what it is. */
export class UnreadableMessage extends SoftStreamError {
  constructor(what: string) {
    super('ERR_API_MESSAGE', `the other side sent a message that this version does not understand: ${what}`);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOr<T>(value: unknown, fallback: T): string | T {
  return typeof value === 'string' ? value : fallback;
}

/** JSON has no infinities and no NaN, so any number will do. */
export function numberOr<T>(value: unknown, fallback: T): number | T {
  return typeof value === 'number' ? value : fallback;
}

export function wordOr<const Words extends readonly string[], T>(
  words: Words,
  value: unknown,
  fallback: T,
): Words[number] | T {
  return words.find((word) => word === value) ?? fallback;
}

/** @throws {UnreadableMessage} */
export function requiredText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new UnreadableMessage(`no ${what}`);
  return value;
}

/** @throws {UnreadableMessage} */
export function requiredNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new UnreadableMessage(`no ${what}`);
  return value;
}

/** A 64 bit number as it travels: a decimal string. @throws {UnreadableMessage} */
export function requiredDecimal(value: unknown, what: string): string {
  if (!isDecimal64(value)) throw new UnreadableMessage(`no ${what}`);
  return value;
}

/** Called per frame, so without a regular expression's match and without a BigInt: 19 digits stay below 2^64. */
export function isDecimal64(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 19) return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
