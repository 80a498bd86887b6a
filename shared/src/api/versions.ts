// Which version speaks: the services are updated independently, and a difference is said where people look.

import { readFileSync } from 'node:fs';
import { fields, textOr } from './read-fields.ts';

/** The notification `hello`, in both directions. */
export interface Hello {
  readonly version: string;
}

/** of all packages of this product: they are released together */
export const PRODUCT_VERSION: string = textOr(
  fields(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))['version'],
  '0.0.0',
);

const VERSION = /^[0-9A-Za-z.+-]{1,40}$/;

/** @returns null for a side that does not report its version in a form that can be shown */
export function readHello(params: unknown): string | null {
  const version = textOr(fields(params)['version'], '');
  return VERSION.test(version) ? version : null;
}

/**
 * @param own which program says so, e.g. `http-service`; @param other which one it met
 * @returns one sentence for people, null when both are of one version
 */
export function versionDifference(own: string, other: string, otherVersion: string | null): string | null {
  if (otherVersion === PRODUCT_VERSION) return null;
  const met =
    otherVersion === null
      ? `${other} is an older version that does not report its number`
      : `${other} is ${otherVersion}`;
  return `${own} is ${PRODUCT_VERSION} and ${met}: update both`;
}
