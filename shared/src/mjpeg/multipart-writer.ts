// Heads and delimiters of multipart/x-mixed-replace, the format of /stream.mjpg. RFC 2046, 5.1.1.
//
// A plain part is head, JPEG, PART_END:
//   --FRAME CRLF Content-Type: image/jpeg CRLF Content-Length: N CRLF X-Timestamp: S.uuuuuu CRLF X-Frame-Kind: live CRLF
//   CRLF <jpeg> CRLF
//
// In advance mode the stream begins with FIRST_ADVANCE_HEAD, and each JPEG is followed by ADVANCE_HEAD: Chromium paints a
// part when the *headers* of the next one end, so they are sent at once, when length, time and kind of the next frame
// are not known yet. Its end is the next delimiter.

/** The first part of a delimiter line; no JPEG holds CRLF--FRAME but by an accident of one in 2^72. */
export const BOUNDARY = 'FRAME';

/** Value of the response's Content-Type. */
export const MULTIPART_CONTENT_TYPE = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;

/** live: from the camera now; held: its last frame, marked as old; placeholder: drawn by us. */
export type FrameKind = 'live' | 'held' | 'placeholder';

export interface PartHead {
  /** of the JPEG */
  readonly byteLength: number;
  /** wall clock, ms since 1970; fractions count */
  readonly capturedAtMs: number;
  readonly kind: FrameKind;
}

/** Follows the JPEG of a plain part: the CRLF that belongs to the next delimiter. */
export const PART_END = '\r\n';

/** Opens a stream in advance mode. */
export const FIRST_ADVANCE_HEAD = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\n\r\n`;

/** Follows each JPEG in advance mode: ends its part and begins the next. */
export const ADVANCE_HEAD = `\r\n${FIRST_ADVANCE_HEAD}`;

/** Ends a stream in plain mode, after a PART_END; for advance mode see RFC 2046: nothing can end an open part but this. */
export const CLOSING_DELIMITER = `--${BOUNDARY}--\r\n`;

/** What stands before the JPEG of a plain part. ASCII only. */
export function partHead({ byteLength, capturedAtMs, kind }: PartHead): string {
  return (
    `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${byteLength}\r\n` +
    `X-Timestamp: ${unixSeconds(capturedAtMs)}\r\nX-Frame-Kind: ${kind}\r\n\r\n`
  );
}

/** X-Timestamp: unix seconds with 6 decimals. */
export function unixSeconds(capturedAtMs: number): string {
  return (capturedAtMs / 1000).toFixed(6);
}
