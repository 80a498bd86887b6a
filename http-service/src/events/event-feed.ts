// Who listens to the events of one camera, and what they are told when. Bounded in every direction: so many clients,
// so many bytes waiting for each, so many events a second. No timer runs while nobody listens.

import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import type { PortalStatus } from '../status/portal-status.ts';
import { createEventHistory, formatEvent } from './event-history.ts';

export const MAX_EVENT_CLIENTS = 64;
/** A client that leaves this much unread is dropped: it comes back by itself and gets the newest. */
export const MAX_WAITING_BYTES = 64 * 1024;
export const HEARTBEAT_MS = 5_000;
const COALESCE_MS = 100;
const RATES_MS = 1_000;
const HISTORY_LENGTH = 64;

export interface EventFeed {
  readonly clients: number;
  /** Tells the newest (or all that came after `lastEventId`) at once, then every change; false = too many listen already. */
  add(client: Writable, lastEventId: string): boolean;
  /** An event for one client alone, without an id; nothing if it has left. */
  send(client: Writable, event: string, data: unknown): void;
  /** Ends every client; the feed can not be used afterwards. */
  close(): void;
}

export function createEventFeed(monitor: CameraMonitor, clock: Clock): EventFeed {
  const clients = new Set<Writable>();
  const history = createEventHistory(randomBytes(4).toString('hex'), HISTORY_LENGTH);
  let cancelCoalesce: (() => void) | undefined;
  let cancelHeartbeat: (() => void) | undefined;
  let cancelRates: (() => void) | undefined;
  const unsubscribe = monitor.onStatus(onStatus);
  const unsubscribeControls = monitor.onControls((changes) =>
    broadcast(formatEvent({ event: 'controls', data: changes })),
  );

  return {
    get clients() {
      return clients.size;
    },
    add,
    send(client, event, data) {
      if (clients.has(client)) send(client, formatEvent({ event, data }));
    },
    close() {
      unsubscribe();
      unsubscribeControls();
      for (const client of [...clients]) {
        remove(client);
        client.end();
      }
    },
  };

  function add(client: Writable, lastEventId: string): boolean {
    if (clients.size >= MAX_EVENT_CLIENTS) return false;
    flush();
    const missed = history.since(lastEventId);
    clients.add(client);
    for (const end of ['close', 'error', 'finish'] as const) client.once(end, () => remove(client));
    send(client, 'retry: 1000\n\n');
    if (missed === undefined || missed.length === 0) {
      send(client, formatEvent({ event: 'status', id: history.newestId, data: monitor.status() }));
    } else {
      for (const event of missed) send(client, event.wire);
    }
    cancelHeartbeat ??= clock.after(HEARTBEAT_MS, beat);
    watchRates(monitor.status());
    return true;
  }

  function remove(client: Writable): void {
    if (!clients.delete(client) || clients.size > 0) return;
    flush();
    cancelHeartbeat?.();
    cancelRates?.();
    cancelHeartbeat = undefined;
    cancelRates = undefined;
  }

  /** Without listeners a change is only remembered; with them, changes within 0.1 s are told as one. */
  function onStatus(status: PortalStatus): void {
    if (clients.size === 0) {
      history.add(status);
      return;
    }
    watchRates(status);
    cancelCoalesce ??= clock.after(COALESCE_MS, flush);
  }

  function flush(): void {
    if (cancelCoalesce === undefined) return;
    cancelCoalesce();
    cancelCoalesce = undefined;
    broadcast(history.add(monitor.status()).wire);
  }

  /** An event and not a comment: the page's EventSource does not hear comments, and has to notice silence. */
  function beat(): void {
    broadcast(formatEvent({ event: 'heartbeat', data: {} }));
    cancelHeartbeat = clients.size === 0 ? undefined : clock.after(HEARTBEAT_MS, beat);
  }

  function watchRates(status: PortalStatus): void {
    const isStreaming = status.state === 'streaming' || status.http.viewers > 0;
    if (isStreaming && clients.size > 0) cancelRates ??= clock.after(RATES_MS, tellRates);
  }

  function tellRates(): void {
    cancelRates = undefined;
    const status = monitor.status();
    const { fps, viewers, picture, nowMs } = status;
    broadcast(formatEvent({ event: 'rates', data: { fps, viewers, picture, nowMs } }));
    watchRates(status);
  }

  function broadcast(wire: string): void {
    for (const client of [...clients]) send(client, wire);
  }

  function send(client: Writable, wire: string): void {
    if (client.writableLength + wire.length > MAX_WAITING_BYTES) {
      remove(client);
      client.destroy();
      return;
    }
    client.write(wire);
  }
}
