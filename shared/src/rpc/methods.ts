// The types that tie method names to params and results, from the maps in api/*.ts.

/** What any holder of a connection may do, whatever its protocol. */
export interface PeerConnection {
  /** resolves once when the connection is gone, for whatever reason; never rejects */
  readonly closed: Promise<void>;
  readonly isClosed: boolean;
  /** resolves once the other side says no more, also when it is gone: it is still answered what it has asked, and told nothing else */
  readonly ended: Promise<void>;
  readonly hasEnded: boolean;
  /** Ends the connection now; what already waits to be written is given up. Idempotent. */
  close(): void;
}

/** What a method gets besides its params. */
export interface RpcContext {
  readonly peer: PeerConnection;
  /** aborts when the connection is gone: nobody waits for the answer any more */
  readonly signal: AbortSignal;
}

/** Throwing RpcError answers with it; anything else thrown is logged and answered with -32603 without its text. */
export type RpcMethod<Result = unknown> = (params: unknown, context: RpcContext) => Result | Promise<Result>;
export type RpcListener = (params: unknown, context: RpcContext) => void;

/** Which methods an interface such as BrokerMethods describes. */
export type MethodMap<M> = { [K in keyof M]: { params: unknown; result: unknown } };

/** The implementation of a method map. Params come as `unknown`: typed-methods.ts reads them. */
export type MethodTable<M extends MethodMap<M>> = { readonly [K in keyof M]: RpcMethod<M[K]['result']> };
export type NoMethods = Record<never, never>;
