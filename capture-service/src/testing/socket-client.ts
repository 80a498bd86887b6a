// A web side or an operator, as plain as can be: a connected peer that keeps what it is sent.

import type { BrokerClientNotifications, BrokerMethods, FrameNotification } from '@soft-stream/shared/api/broker-api';
import { askBroker } from '@soft-stream/shared/api/broker-messages';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { connectPeer } from '@soft-stream/shared/rpc/client';
import type { RpcPeer } from '@soft-stream/shared/rpc/peer';
import { pino } from 'pino';

export interface WebSide {
  readonly peer: RpcPeer<BrokerMethods, BrokerClientNotifications>;
  /** as http-service asks: the answer is read */
  ask<K extends keyof BrokerMethods>(
    method: K,
    params: BrokerMethods[K]['params'],
  ): Promise<BrokerMethods[K]['result']>;
  readonly hellos: readonly unknown[];
  readonly frames: readonly FrameNotification[];
  readonly states: readonly CameraStatus[];
  readonly pings: readonly number[];
}

/** It answers pings only when told to. */
export async function connectWebSide(path: string, answersPings = true): Promise<WebSide> {
  const hellos: unknown[] = [];
  const frames: FrameNotification[] = [];
  const states: CameraStatus[] = [];
  const pings: number[] = [];
  const peer: WebSide['peer'] = await connectPeer<BrokerMethods, BrokerClientNotifications>({
    path,
    log: pino({ level: 'silent' }),
    notifications: {
      hello: (params) => hellos.push(params),
      frame: (params) => frames.push(params as FrameNotification),
      state: (params) => states.push(params as CameraStatus),
      ping(params) {
        const { id } = params as { readonly id: number };
        pings.push(id);
        if (answersPings) peer.notify('pong', { id });
      },
    },
  });
  return { peer, ask: (method, params) => askBroker(peer, method, params), hellos, frames, states, pings };
}
