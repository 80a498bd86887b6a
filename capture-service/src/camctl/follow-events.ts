// `camctl events`: what happens from now on, one JSON object a line, until the reader or the service ends.

import { readControlEvent } from '@soft-stream/shared/api/control-messages';
import type { Control } from './connect-all.ts';

/** The listener to connect with: events may follow the answer to `subscribe` at once. */
export function eventPrinter(camera: string | null, print: (line: string) => void): (params: unknown) => void {
  return (params) => {
    const event = readControlEvent(params);
    if (camera === null || event.camera === camera) print(`${JSON.stringify(event)}\n`);
  };
}

/** Resolves when the service is gone. @throws {RpcError}, {RpcConnectionError} */
export async function followEvents(control: Control): Promise<void> {
  await control.request('subscribe', undefined);
  await control.closed;
}
