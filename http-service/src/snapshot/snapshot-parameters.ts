// What may be asked of `/snapshot.jpg`. A bad value is named; parameters we do not know are cache busters, and ignored.

import { visibleText } from '@soft-stream/shared/runtime/visible-text';
import { HttpProblem } from '../errors/http-problem.ts';

export interface SnapshotRequest {
  /** pixels; the picture fits inside, keeps its aspect and is never enlarged */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** JPEG quality 1-100; undefined: as it is, or the configured one when scaled */
  readonly quality: number | undefined;
  /** the sensor's full resolution, also while a stream runs */
  readonly full: boolean;
  /** exposure begins after the request */
  readonly fresh: boolean;
  /** a picture up to so old is good enough; 0: none is */
  readonly maxAgeMs: number;
}

/** Above any sensor; the limit costs nothing, for pictures are never enlarged. */
const MAX_PIXELS = 16_384;
const MAX_AGE_MS = 86_400_000;

/** @param query as Koa parses it. @throws {HttpProblem} ERR_BAD_PARAMETER with the name, the value and what is allowed */
export function parseSnapshotRequest(query: Readonly<Record<string, string | string[] | undefined>>): SnapshotRequest {
  const integer = (name: string, min: number, max: number) => {
    const value = query[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw badParameter(name, value, `a whole number from ${min} to ${max}`);
  };
  const flag = (name: string) => {
    const value = query[name];
    if (value === undefined || value === '0') return false;
    if (value === '1') return true;
    throw badParameter(name, value, '0 or 1');
  };
  return {
    width: integer('width', 1, MAX_PIXELS),
    height: integer('height', 1, MAX_PIXELS),
    quality: integer('quality', 1, 100),
    full: flag('full'),
    fresh: flag('fresh'),
    maxAgeMs: integer('max_age', 0, MAX_AGE_MS) ?? 0,
  };
}

/** Long values are cut: an answer is no echo. */
const SHOWN_CHARACTERS = 40;

export function badParameter(name: string, value: string | readonly string[], allowed: string): HttpProblem {
  const text = typeof value === 'string' ? value : value.join(',');
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return new HttpProblem('ERR_BAD_PARAMETER', `${name}=${visibleText(shown)}: must be ${allowed}`);
}
