// What goes down the one answer of a wall: records, each with its length first, so that a client can cut any chunk.
//
//   bytes 0-3   length of what follows, unsigned, big-endian
//   bytes 4-7   length of the JSON
//   then        the JSON, in UTF-8, and behind it a JPEG where `type` is `picture`

import type { CameraState } from '@soft-stream/shared/api/camera-status';

/** Times are CLOCK_MONOTONIC ms of this machine: a client learns the distance to its own clock from `sentMs`. */
export type WallRecord =
  | { readonly type: 'hello'; readonly session: string; readonly version: string }
  | { readonly type: 'camera'; readonly camera: string; readonly status: TileStatus }
  | { readonly type: 'picture'; readonly camera: string; readonly capturedMs: number }
  | { readonly type: 'heartbeat' };

/** What a tile says of its camera. */
export interface TileStatus {
  readonly state: CameraState;
  readonly unknownState: string | null;
  readonly cause: string | null;
  readonly captureReachable: boolean;
  readonly viewers: number;
}

const LENGTHS_BYTES = 8;

export function encodeRecord(record: WallRecord, sentMs: number, jpeg?: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify({ ...record, sentMs: Math.round(sentMs) }));
  const pictureBytes = jpeg?.byteLength ?? 0;
  const bytes = Buffer.allocUnsafe(LENGTHS_BYTES + json.byteLength + pictureBytes);
  bytes.writeUInt32BE(bytes.byteLength - 4, 0);
  bytes.writeUInt32BE(json.byteLength, 4);
  json.copy(bytes, LENGTHS_BYTES);
  if (jpeg !== undefined) bytes.set(jpeg, LENGTHS_BYTES + json.byteLength);
  return bytes;
}
