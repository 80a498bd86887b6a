// A network of our own to measure in: loopback with an MTU of 1500, for the default of 65536 flatters everybody,
// and TCP settings of the containers that can be switched on for a row. Needs root; without it the host's loopback serves.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const MARK = 'BENCH_NAMESPACE';
const ETHERNET_MTU = 1500;

/** Runs this program again inside a new network namespace; undefined when we are there already or may not make one. */
export function rerunInNamespace(): number | undefined {
  if (process.env[MARK] !== undefined) return undefined;
  const possible = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up', 'mtu', String(ETHERNET_MTU)]);
  if (possible.status !== 0) return undefined;
  const script = `ip link set lo up mtu ${ETHERNET_MTU} && exec "$@"`;
  const args = ['--net', 'sh', '-c', script, 'sh', process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, [MARK]: '1' } });
  return status ?? 1;
}

export function describeNetwork(): string {
  return process.env[MARK] === undefined
    ? 'the host loopback (MTU 65536: needs root and unshare for a namespace with 1500)'
    : `a network namespace of its own, MTU ${ETHERNET_MTU}`;
}

/** What compose.yaml sets in the network namespace of http-service. */
const CONTAINER_SETTINGS: Readonly<Record<string, string>> = {
  '/proc/sys/net/ipv4/tcp_notsent_lowat': '16384',
  '/proc/sys/net/ipv4/tcp_wmem': '4096 16384 262144',
};
/** A viewer on a small device: 64 KB receive buffer. */
const SMALL_RECEIVER: Readonly<Record<string, string>> = { '/proc/sys/net/ipv4/tcp_rmem': '4096 65536 65536' };

export type NetworkProfile = 'default' | 'container';

/** Sets the profile for connections made from now on; call the result to undo it. Only inside our own namespace. */
export function useNetwork(profile: NetworkProfile, smallReceiver: boolean): (() => void) | undefined {
  if (process.env[MARK] === undefined) return undefined;
  const wanted = { ...(profile === 'container' ? CONTAINER_SETTINGS : {}), ...(smallReceiver ? SMALL_RECEIVER : {}) };
  const before = Object.keys(wanted).map((path) => [path, readFileSync(path, 'latin1')] as const);
  for (const [path, value] of Object.entries(wanted)) writeFileSync(path, value);
  return () => {
    for (const [path, value] of before) writeFileSync(path, value);
  };
}
