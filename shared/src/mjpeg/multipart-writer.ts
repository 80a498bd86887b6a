// Heads and delimiters of multipart/x-mixed-replace, the format of /stream.mjpg. RFC 2046, 5.1.1.
//
// A plain part is head, JPEG, PART_END:
//   --FRAME CRLF Content-Type: image/jpeg CRLF Content-Length: N CRLF X-Timestamp: S.uuuuuu CRLF X-Frame-Kind: live CRLF
//   CRLF <jpeg> CRLF
//
// In advance mode each JPEG is followed by the delimiter and the head of the next part: Chromium paints a part when the
// *headers* of the next one end, so they are sent at once, when length, time and kind of the next frame are not known
// yet. Where a part ends is up to the next delimiter. The head of the first part, which waits for its frame, knows more:
// whoever writes the stream makes it.

/** No JPEG holds CRLF--FRAME but by an accident of one in 2^72. */
export const BOUNDARY = 'FRAME';

/** Programs written for mjpg-streamer have it built in, and look at no header. */
export const MJPG_STREAMER_BOUNDARY = 'boundarydonotcross';

export type Boundary = typeof BOUNDARY | typeof MJPG_STREAMER_BOUNDARY;

/** Value of the response's Content-Type. */
export function multipartContentType(boundary: Boundary): string {
  return `multipart/x-mixed-replace; boundary=${boundary}`;
}

/** live: from the camera now; held: its last frame, marked as old; placeholder: drawn by us. */
export type FrameKind = 'live' | 'held' | 'placeholder';

export interface PartHead {
  /** of the JPEG */
  readonly byteLength: number;
  /** wall clock, ms since 1970; fractions count */
  readonly capturedAtMs: number;
  readonly kind: FrameKind;
  /** X-Frame-Reason: why it is not live, for another portal that shows it on */
  readonly reason?: string;
}

/** Follows the JPEG of a plain part: the CRLF that belongs to the next delimiter. */
export const PART_END = '\r\n';

/** Follows each JPEG in advance mode: ends its part and begins the next. */
export function advanceHead(boundary: Boundary): string {
  return `\r\n--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`;
}

/** Ends a stream in plain mode, after a PART_END. In advance mode the head of one more part is out already. */
export function closingDelimiter(boundary: Boundary): string {
  return `--${boundary}--\r\n`;
}

/** What stands before the JPEG of a plain part. ASCII only. */
export function partHead({ byteLength, ...frame }: PartHead, boundary: Boundary = BOUNDARY): string {
  return headOf(boundary, `Content-Length: ${byteLength}\r\n`, frame);
}

/** Opens a stream in advance mode: all but the length, for where the part ends is up to the next delimiter. */
export function openingHead(frame: Omit<PartHead, 'byteLength'>, boundary: Boundary): string {
  return headOf(boundary, '', frame);
}

function headOf(boundary: Boundary, length: string, frame: Omit<PartHead, 'byteLength'>): string {
  const { capturedAtMs, kind, reason = '' } = frame;
  const why = reason === '' ? '' : `X-Frame-Reason: ${headerText(reason)}\r\n`;
  const about = `X-Timestamp: ${unixSeconds(capturedAtMs)}\r\nX-Frame-Kind: ${kind}\r\n${why}`;
  return `--${boundary}\r\nContent-Type: image/jpeg\r\n${length}${about}\r\n`;
}

/** Longer ones have no room before the JPEG. */
const MAX_REASON_LENGTH = 80;

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_REASON_LENGTH);
}

/** X-Timestamp: unix seconds with 6 decimals. */
export function unixSeconds(capturedAtMs: number): string {
  return (capturedAtMs / 1000).toFixed(6);
}
