// What a wall says of itself, by POST: how much it has received, which cameras it has in view, how wide its tiles are.

import { HttpProblem } from '../errors/http-problem.ts';

export interface WallAsk {
  /** records received whole, counted from 1 with each answer; the largest that was said counts */
  readonly received: number;
  /** cameras in view; undefined: as before */
  readonly cameras: readonly string[] | undefined;
  /** pixels that a tile has on the screen; undefined: as before */
  readonly width: number | undefined;
}

const MAX_PIXELS = 16_384;

/** @throws {HttpProblem} ERR_BAD_PARAMETER naming what is wrong */
export function parseAsk(text: string): WallAsk {
  const body = parseObject(text);
  const { received, cameras, width } = body;
  if (!isCount(received, Number.MAX_SAFE_INTEGER)) throw bad('received', 'a whole number of records');
  if (width !== undefined && !isCount(width, MAX_PIXELS)) throw bad('width', `a whole number up to ${MAX_PIXELS}`);
  if (cameras !== undefined && !isNames(cameras)) throw bad('cameras', 'names of cameras such as cam0');
  return { received, cameras, width };
}

function parseObject(text: string): { received?: unknown; cameras?: unknown; width?: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // SyntaxError
  }
  throw new HttpProblem('ERR_BAD_PARAMETER', 'the body must be a JSON object');
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

/** A configuration has 10,000 cameras at most; names of cameras that are not there are passed over. */
function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && /^cam\d{1,4}$/.test(name));
}

function bad(key: string, allowed: string): HttpProblem {
  return new HttpProblem('ERR_BAD_PARAMETER', `${key} must be ${allowed}`);
}
