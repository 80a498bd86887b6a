// Who wants which camera: one lease per connection and camera, ended by the holder, by its connection, or by silence.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createPings, type Pings } from './pings.ts';

export interface LeaseHolder {
  ping(id: number): void;
  /** it has not answered for 10 s: its connection is to be closed */
  silent(): void;
}

export interface Leases<Holder extends LeaseHolder> {
  /** Idempotent; a second one updates the number of viewers. */
  open(holder: Holder, camera: string, viewers: number): void;
  close(holder: Holder, camera: string): void;
  /** its connection is gone, and every lease with it */
  leave(holder: Holder): void;
  pong(holder: Holder, id: number): void;
  /** asked per frame */
  holdersOf(camera: string): Iterable<Holder>;
}

/** @param changed sums of a camera: connections that hold a lease, people behind them */
export function createLeases<Holder extends LeaseHolder>(
  clock: Clock,
  changed: (camera: string, leases: number, viewers: number) => void,
): Leases<Holder> {
  const viewersOf = new Map<string, Map<Holder, number>>();
  const pingsOf = new Map<Holder, Pings>();

  const notify = (camera: string) => {
    const holders = viewersOf.get(camera) ?? new Map<Holder, number>();
    const viewers = [...holders.values()].reduce((sum, each) => sum + each, 0);
    changed(camera, holders.size, viewers);
  };
  const pingsFor = (holder: Holder): Pings => {
    const pings =
      pingsOf.get(holder) ??
      createPings(
        clock,
        (id) => holder.ping(id),
        () => {
          leave(holder);
          holder.silent();
        },
      );
    pingsOf.set(holder, pings);
    return pings;
  };
  const isHolding = (holder: Holder) => [...viewersOf.values()].some((holders) => holders.has(holder));
  const close = (holder: Holder, camera: string) => {
    if (!viewersOf.get(camera)?.delete(holder)) return;
    if (!isHolding(holder)) {
      pingsOf.get(holder)?.stop();
      pingsOf.delete(holder);
    }
    notify(camera);
  };
  const leave = (holder: Holder) => {
    for (const camera of viewersOf.keys()) close(holder, camera);
  };

  return {
    open(holder, camera, viewers) {
      const holders = viewersOf.get(camera) ?? new Map<Holder, number>();
      viewersOf.set(camera, holders.set(holder, viewers));
      pingsFor(holder).start();
      notify(camera);
    },
    close,
    leave,
    pong: (holder, id) => pingsOf.get(holder)?.pong(id),
    holdersOf: (camera) => viewersOf.get(camera)?.keys() ?? [],
  };
}
