// Where messages get their types: what comes over a socket is `unknown` until one reader per method has looked at it,
// for params on the side that serves and for answers on the side that asks.

import type { MethodMap, MethodTable, RpcContext } from './methods.ts';
import type { RpcPeer } from './peer.ts';
import type { RequestOptions } from './pending-requests.ts';

/** One per method. Each throws RpcError -32602 for params that it cannot read. */
export type ParamReaders<M extends MethodMap<M>> = { readonly [K in keyof M]: (params: unknown) => M[K]['params'] };

/** One per method. What a newer or older version leaves out or adds becomes something defined; nonsense throws. */
export type AnswerReaders<M extends MethodMap<M>> = { readonly [K in keyof M]: (answer: unknown) => M[K]['result'] };

export type MethodHandlers<M extends MethodMap<M>> = {
  readonly [K in keyof M]: (params: M[K]['params'], context: RpcContext) => M[K]['result'] | Promise<M[K]['result']>;
};

/** The methods as a peer serves them: params read first. */
export function serveMethods<M extends MethodMap<M>>(
  readers: ParamReaders<M>,
  handlers: MethodHandlers<M>,
): MethodTable<M> {
  const served = Object.keys(handlers).map((name) => {
    const method = name as keyof M;
    return [name, (params: unknown, context: RpcContext) => handlers[method](readers[method](params), context)];
  });
  return Object.fromEntries(served) as MethodTable<M>;
}

/** Asks, and reads the answer. @throws what `request` throws, and what the reader does */
export type Ask<M extends MethodMap<M>> = <K extends keyof M & string>(
  peer: Pick<RpcPeer<M>, 'request'>,
  method: K,
  params: M[K]['params'],
  options?: RequestOptions,
) => Promise<M[K]['result']>;

export function askWith<M extends MethodMap<M>>(readers: AnswerReaders<M>): Ask<M> {
  return async (peer, method, params, options) => readers[method](await peer.request(method, params, options));
}
