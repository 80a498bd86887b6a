// What this process wants of each camera, and what capture has been told: kept the same, across reconnects.
// One question per camera is under way at a time, so a storm of viewers becomes a few updates.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { RpcConnectionError, RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';

/** The two methods of the broker that this module needs. */
export interface LeaseCalls {
  open(camera: string, viewers: number): Promise<unknown>;
  close(camera: string): Promise<unknown>;
}

export interface Leases {
  /** @param viewers people watching; 0: nobody, but frames are wanted; undefined: no lease */
  want(camera: string, viewers: number | undefined): void;
  /** A new connection: capture knows of nothing yet. */
  connected(calls: LeaseCalls): void;
  /** The connection is gone, and every lease with it. */
  disconnected(): void;
}

/** After an answer that should not be (an unknown camera), so that a mistake does not become a flood. */
const RETRY_MS = 5_000;

interface Lease {
  wanted: number | undefined;
  told: number | undefined;
  isBusy: boolean;
  cancelRetry: (() => void) | undefined;
}

export function createLeases(clock: Clock, log: Logger): Leases {
  const leases = new Map<string, Lease>();
  let calls: LeaseCalls | undefined;

  const reconcile = async (camera: string, lease: Lease) => {
    while (calls && !lease.isBusy && !lease.cancelRetry && lease.wanted !== lease.told) {
      const asked = calls;
      const { wanted } = lease;
      lease.isBusy = true;
      try {
        // The status in the answer is not used: a `state` that was sent meanwhile is newer, and may be read before it.
        await (wanted === undefined ? asked.close(camera) : asked.open(camera, wanted));
        if (asked === calls) lease.told = wanted;
      } catch (error) {
        if (asked === calls) planRetry(camera, lease, error);
      } finally {
        lease.isBusy = false;
      }
    }
  };
  const planRetry = (camera: string, lease: Lease, error: unknown) => {
    if (error instanceof RpcConnectionError && error.code === 'ERR_RPC_CLOSED') return;
    const isRateLimited = error instanceof RpcError && error.rpcCode === RPC_ERRORS.rateLimited;
    if (!isRateLimited) log.warn({ camera, err: error }, 'lease not granted, asking again');
    const retryMs = isRateLimited ? (error.data?.retryAfterMs ?? RETRY_MS) : RETRY_MS;
    lease.cancelRetry = clock.after(retryMs, () => {
      lease.cancelRetry = undefined;
      void reconcile(camera, lease);
    });
  };
  const stopRetry = (lease: Lease) => {
    lease.cancelRetry?.();
    lease.cancelRetry = undefined;
  };

  return {
    want(camera, viewers) {
      const lease = leases.get(camera) ?? { wanted: undefined, told: undefined, isBusy: false, cancelRetry: undefined };
      leases.set(camera, lease);
      lease.wanted = viewers;
      if (viewers === undefined && lease.told === undefined) stopRetry(lease);
      void reconcile(camera, lease);
    },
    connected(newCalls) {
      calls = newCalls;
      for (const [camera, lease] of leases) {
        stopRetry(lease);
        lease.told = undefined;
        void reconcile(camera, lease);
      }
    },
    disconnected() {
      calls = undefined;
      for (const lease of leases.values()) {
        stopRetry(lease);
        lease.told = undefined;
      }
    },
  };
}
