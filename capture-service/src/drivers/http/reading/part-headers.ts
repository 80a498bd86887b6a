// The headers of one part, as far as anybody here asks for them.

export interface PartHeaders {
  /** in lower case, without parameters; undefined = not given */
  readonly type: string | undefined;
  /** as announced, which may be wrong */
  readonly byteLength: number | undefined;
  /** X-Timestamp in ms: since 1970, or since the camera was switched on */
  readonly timestampMs: number | undefined;
  /** X-Frame-Kind, which only another portal of this kind sends: what is not `live` is not from the camera now */
  readonly kind: string | undefined;
  /** X-Frame-Reason: why it is not live, in the words of the one that says so */
  readonly reason: string | undefined;
}

const MAX_REASON_LENGTH = 200;

/** @param lines `Name: value`; what is no header is left out */
export function readPartHeaders(lines: readonly string[]): PartHeaders {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return {
    type: headers.get('content-type')?.split(';')[0]?.trim().toLowerCase(),
    byteLength: number(headers.get('content-length'), /^\d{1,15}$/),
    timestampMs: seconds(headers.get('x-timestamp')),
    kind: headers.get('x-frame-kind')?.toLowerCase(),
    reason: headers
      .get('x-frame-reason')
      ?.replace(/[^\x20-\x7e]/g, ' ')
      .slice(0, MAX_REASON_LENGTH),
  };
}

export const NO_HEADERS: PartHeaders = readPartHeaders([]);

function number(text: string | undefined, allowed: RegExp): number | undefined {
  return text !== undefined && allowed.test(text) ? Number(text) : undefined;
}

function seconds(text: string | undefined): number | undefined {
  const value = number(text, /^\d{1,12}(\.\d{1,9})?$/);
  return value === undefined ? undefined : value * 1000;
}
