// Basic (RFC 7617) and Digest (RFC 7616; MD5 and SHA-256, with and without qop=auth), the strongest that is offered.
// Of our own, since what the registry has for this is fetch-only or brings a client with it.

import { createHash, randomBytes } from 'node:crypto';
import { type Challenge, readChallenges } from './challenges.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Authorization {
  /** Value of the header for one request. @param path with its query, as it stands in the request line */
  header(path: string): string;
  /** the server would not take it again: a nonce that has aged is no wrong password */
  isStale(challenge: string): boolean;
}

/** @returns undefined when nothing of what is offered can be answered */
export function authorize(
  challenge: string,
  { user, password }: Credentials,
  makeNonce: () => string = () => randomBytes(16).toString('hex'),
): Authorization | undefined {
  const challenges = readChallenges(challenge);
  const digests = challenges.filter((each) => each.scheme === 'digest').flatMap(readDigest);
  const digest = digests.find((each) => each.hash === 'sha256') ?? digests[0];
  if (digest !== undefined) return digestAuthorization(digest, { user, password }, makeNonce);
  if (!challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
  const value = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return { header: () => value, isStale: () => false };
}

interface DigestChallenge {
  readonly hash: 'md5' | 'sha256';
  /** as it was written; undefined = not given, which is MD5 */
  readonly algorithm: string | undefined;
  readonly isSession: boolean;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly hasQop: boolean;
}

const ALGORITHM = /^(MD5|SHA-256)(-sess)?$/i;

/** None when it asks for what we cannot do: another algorithm, or integrity of a body that there is not. */
function readDigest({ params }: Challenge): readonly DigestChallenge[] {
  const algorithm = params.get('algorithm');
  const [, name, session] = ALGORITHM.exec(algorithm ?? 'MD5') ?? [];
  const qop = params.get('qop');
  const nonce = params.get('nonce');
  if (name === undefined || nonce === undefined) return [];
  if (qop !== undefined && !qop.split(',').some((each) => each.trim().toLowerCase() === 'auth')) return [];
  return [
    {
      hash: name.toUpperCase() === 'MD5' ? 'md5' : 'sha256',
      algorithm,
      isSession: session !== undefined,
      realm: params.get('realm') ?? '',
      nonce,
      opaque: params.get('opaque'),
      hasQop: qop !== undefined,
    },
  ];
}

function digestAuthorization(
  challenge: DigestChallenge,
  { user, password }: Credentials,
  makeNonce: () => string,
): Authorization {
  const { realm, nonce, opaque, algorithm, hasQop, isSession } = challenge;
  const hash = (text: string) => createHash(challenge.hash).update(text, 'utf8').digest('hex');
  let count = 0;

  return {
    header(path) {
      count += 1;
      const nc = count.toString(16).padStart(8, '0');
      const cnonce = makeNonce();
      const secret = hash(`${user}:${realm}:${password}`);
      const a1 = isSession ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
      const a2 = hash(`GET:${path}`);
      const response = hasQop ? hash(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`) : hash(`${a1}:${nonce}:${a2}`);
      const fields = [
        `username=${quoted(user)}`,
        `realm=${quoted(realm)}`,
        `nonce=${quoted(nonce)}`,
        `uri=${quoted(path)}`,
        `response="${response}"`,
        ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
        ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
        ...(hasQop ? ['qop=auth', `nc=${nc}`] : []),
        ...(hasQop || isSession ? [`cnonce="${cnonce}"`] : []),
      ];
      return `Digest ${fields.join(', ')}`;
    },
    isStale: (again) =>
      readChallenges(again).some(
        ({ scheme, params }) => scheme === 'digest' && params.get('stale')?.toLowerCase() === 'true',
      ),
  };
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
