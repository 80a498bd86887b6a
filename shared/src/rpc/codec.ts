// JSON-RPC 2.0 messages as text, one a line: https://www.jsonrpc.org/specification (batches are refused).

import { RPC_CODES } from './rpc-error.ts';

export type RpcId = string | number | null;

export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

export type RpcMessage =
  | { readonly kind: 'request'; readonly id: RpcId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'result'; readonly id: RpcId; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: RpcId; readonly error: RpcErrorObject }
  /** not a message: answer with this error; `id` is null where none could be read */
  | { readonly kind: 'invalid'; readonly id: RpcId; readonly code: number; readonly message: string };

/** Ids are kept and sent back, so their length is bounded. */
const MAX_ID_LENGTH = 64;
const BAD_ID = Symbol('not an id');

/** Every encode function ends its line with the newline. @throws TypeError where JSON has no form for a value (bigint, cycles) */
export function encodeRequest(id: RpcId, method: string, params: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

let last: { readonly method: string; readonly params: unknown; readonly text: string } | undefined;

/** One notification goes to many peers: the same object, which nobody changes, is written out once. */
export function encodeNotification(method: string, params: unknown): string {
  if (last !== undefined && last.method === method && last.params === params) return last.text;
  const text = `${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`;
  last = { method, params, text };
  return text;
}

/** `undefined` becomes null: a response must have a result. */
export function encodeResult(id: RpcId, result: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })}\n`;
}

export function encodeError(id: RpcId, code: number, message: string, data?: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } })}\n`;
}

/** Reads one line (without its newline). Never throws: what is wrong comes back as `invalid`. */
export function parseMessage(line: string): RpcMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // A SyntaxError, whose text would quote the input back.
    return invalid(null, RPC_CODES.parseError, 'not JSON');
  }
  if (Array.isArray(value)) return invalid(null, RPC_CODES.invalidRequest, 'batches are not supported');
  if (!isRecord(value)) return invalid(null, RPC_CODES.invalidRequest, 'a message must be an object');

  const id = readId(value['id']);
  if (id === BAD_ID)
    return invalid(null, RPC_CODES.invalidRequest, 'id must be a string of up to 64 characters or a number');
  if (value['jsonrpc'] !== '2.0') return invalid(id ?? null, RPC_CODES.invalidRequest, 'jsonrpc is "2.0"');
  return 'method' in value ? parseCall(value, id) : parseResponse(value, id);
}

function parseCall(value: Record<string, unknown>, id: RpcId | undefined): RpcMessage {
  const { method, params } = value;
  if (typeof method !== 'string') return invalid(id ?? null, RPC_CODES.invalidRequest, 'method must be a string');
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return invalid(id ?? null, RPC_CODES.invalidRequest, 'params must be an object or an array, or left out');
  }
  return id === undefined ? { kind: 'notification', method, params } : { kind: 'request', id, method, params };
}

function parseResponse(value: Record<string, unknown>, id: RpcId | undefined): RpcMessage {
  const { error } = value;
  if (id !== undefined && 'result' in value && error === undefined) {
    return { kind: 'result', id, result: value['result'] };
  }
  if (id !== undefined && !('result' in value) && isRecord(error)) {
    const { code, message, data } = error;
    if (Number.isInteger(code) && typeof message === 'string') {
      return { kind: 'error', id, error: { code: Number(code), message, data } };
    }
  }
  return invalid(null, RPC_CODES.invalidRequest, 'neither a request nor a notification nor a response');
}

function readId(id: unknown): RpcId | undefined | typeof BAD_ID {
  if (id === undefined || id === null) return id;
  if (typeof id === 'number') return id;
  return typeof id === 'string' && id.length <= MAX_ID_LENGTH ? id : BAD_ID;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(id: RpcId, code: number, message: string): RpcMessage {
  return { kind: 'invalid', id, code, message };
}
