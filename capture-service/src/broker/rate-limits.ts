// How often one connection may ask for what costs a camera something: per method and camera, besides the limit that
// every peer has on messages as a whole.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createTokenBucket, type Rate, type TokenBucket } from '@soft-stream/shared/runtime/token-bucket';

/** Leases change with every viewer; stills of an idle camera are captures, and shared. */
const RATES = {
  /** Asked for once on each connection, and told on every change. */
  status: { perSecond: 10, burst: 50 },
  lease: { perSecond: 20, burst: 50 },
  still: { perSecond: 20, burst: 40 },
  autofocus: { perSecond: 1, burst: 5 },
} as const satisfies Record<string, Rate>;

export interface RateLimits {
  /** @param camera one that exists, or `all`: there is a bucket for each. @throws {RpcError} 1005 with retryAfterMs */
  check(what: keyof typeof RATES, camera: string): void;
}

export function createRateLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, TokenBucket>();
  return {
    check(what, camera) {
      const key = `${what} ${camera}`;
      const bucket = buckets.get(key) ?? createTokenBucket(RATES[what], clock);
      buckets.set(key, bucket);
      const retryAfterMs = bucket.take();
      if (retryAfterMs === 0) return;
      throw new RpcError(RPC_ERRORS.rateLimited, `too many ${what} requests for ${camera}`, { retryAfterMs });
    },
  };
}
