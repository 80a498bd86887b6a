// Sockets that were listening before this process began (socket activation): systemd keeps them through a restart of
// the service, so that nobody is refused meanwhile. deploy/package/launch says which address each of them has.

import type { Logger } from 'pino';

export interface InheritedSockets {
  /** Takes the socket of that address: its descriptor, or undefined when none was given. Each can be taken once. */
  take(address: string): number | undefined;
  /** Addresses that nobody has taken. */
  readonly left: readonly string[];
}

/** Where a TCP listener is, as the launcher writes it. */
export function tcpAddress(bind: string, port: number): string {
  const host = bind === 'localhost' ? '127.0.0.1' : bind;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @param listeners SOFT_STREAM_LISTENERS: `3 127.0.0.1:18081`, one a line */
export function readInheritedSockets(listeners: string | undefined): InheritedSockets {
  const descriptors = new Map<string, number>();
  for (const line of (listeners ?? '').split('\n')) {
    const [, descriptor, address] = /^(\d{1,4}) (.+)$/.exec(line) ?? [];
    if (descriptor !== undefined && address !== undefined) descriptors.set(address, Number(descriptor));
  }
  return {
    take(address) {
      const descriptor = descriptors.get(address);
      descriptors.delete(address);
      return descriptor;
    },
    get left() {
      return [...descriptors.keys()];
    },
  };
}

/** The settings have other addresses than systemd was told of: it holds the old ones until it is told of the new. */
export function warnAboutLeftSockets({ left }: InheritedSockets, log: Logger): void {
  if (left.length === 0) return;
  log.warn(
    { addresses: left, command: 'systemctl daemon-reload && systemctl restart soft-stream-http.socket' },
    'systemd still holds addresses that the settings do not name: run the command as root',
  );
}
