// Under which addresses a browser may reach our UDP port: those that the library found on this machine, those that the
// owner has named, and the one by which this request reached us. In a container the last two alone are of use.

import { lookup } from 'node:dns/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { hostName } from '../../rules/host-rule.ts';
import { hostCandidate } from '../sdp/candidate.ts';
import type { Candidate } from '../sdp/peer.ts';

const KEPT_MS = 60_000;
const MAX_NAMES = 4;

/**
 * Names and addresses in what the browser sent: of our page, or of the page that shows us. Names go back as they are:
 * the browser has found us by them, and no visitor has our resolver ask for anything.
 */
export function namesOfRequest(headers: IncomingHttpHeaders): string[] {
  const { host, origin } = headers;
  const ofOrigin = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin).host : '';
  return [host ?? '', ofOrigin].flatMap((each) => hostName(each) ?? []).slice(0, MAX_NAMES);
}

/** The library's own candidates behind those that are known by name. */
export function ourCandidates(found: readonly Candidate[], names: readonly string[], port: number): Candidate[] {
  const added = [...new Set(names)].filter((name) => !found.some(({ address }) => address === name));
  return [...added.map((name, rank) => hostCandidate(name, port, rank)), ...found];
}

/** `webrtc_host` as addresses: names are looked up again after a minute, since a public one may change. */
export function createOwnHosts(hosts: readonly string[], clock: Clock): () => Promise<readonly string[]> {
  let kept: Promise<readonly string[]> | undefined;
  let keptUntilMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (kept === undefined || clock.monotonicMs() > keptUntilMs) {
      kept = Promise.all(hosts.map(addressOf));
      keptUntilMs = clock.monotonicMs() + KEPT_MS;
    }
    return kept;
  };
}

async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch {
    // ENOTFOUND, EAI_AGAIN: the browser may know better
    return host;
  }
}
