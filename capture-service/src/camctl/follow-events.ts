// `camctl events`: what happens from now on, one JSON object a line, until the reader or the service ends.

import type { ControlMethods } from '@soft-stream/shared/api/control-api';
import { readControlEvent } from '@soft-stream/shared/api/control-messages';
import type { RpcPeer } from '@soft-stream/shared/rpc/peer';

/** The listener to connect with: events may follow the answer to `subscribe` at once. */
export function eventPrinter(camera: string | null, print: (line: string) => void): (params: unknown) => void {
  return (params) => {
    const event = readControlEvent(params);
    if (camera === null || event.camera === camera) print(`${JSON.stringify(event)}\n`);
  };
}

/** Resolves when the service is gone. @throws {RpcError}, {RpcConnectionError} */
export async function followEvents(control: RpcPeer<ControlMethods>): Promise<void> {
  await control.request('subscribe', undefined);
  await control.closed;
}
