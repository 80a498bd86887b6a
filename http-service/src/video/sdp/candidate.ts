// ICE candidates as text (RFC 8839 section 5.1), in both directions.

import { isIP } from 'node:net';
import type { Candidate } from './peer.ts';

const CANDIDATE =
  /^(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) (\d{1,3}) (udp|tcp) (\d{1,10}) (\S{1,255}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;
const MAX_PRIORITY = 2 ** 31 - 1;

/**
 * @returns undefined for what is none, and for what is of no use here: TCP, the second component, names. Browsers hide
 * their address behind a name (mDNS); they reach us all the same, and no visitor has our resolver ask for anything.
 */
export function readCandidate(text: string): Candidate | undefined {
  const [, foundation = '', component, protocol = '', priority, address = '', port, type = ''] =
    CANDIDATE.exec(text.trim()) ?? [];
  const isUsable =
    component === '1' &&
    protocol.toLowerCase() === 'udp' &&
    isIP(address) !== 0 &&
    Number(port) > 0 &&
    Number(port) < 65_536;
  const kind = CANDIDATE_TYPES.find((each) => each === type.toLowerCase());
  if (!isUsable || kind === undefined || Number(priority) > MAX_PRIORITY) return undefined;
  return { foundation, priority: Number(priority), address, port: Number(port), type: kind };
}

const CANDIDATE_TYPES = ['host', 'srflx', 'prflx', 'relay'] as const;

export function writeCandidate({ foundation, priority, address, port, type }: Candidate): string {
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ ${type}${related}`;
}

/** A host candidate of ours. @param rank 0 is preferred, at most 255 */
export function hostCandidate(address: string, port: number, rank: number): Candidate {
  // RFC 8445 section 5.1.2.1: type preference of hosts, local preference, component 1.
  const priority = 126 * 2 ** 24 + (65_535 - rank) * 2 ** 8 + 255;
  return { foundation: `h${rank}`, priority, address, port, type: 'host' };
}
