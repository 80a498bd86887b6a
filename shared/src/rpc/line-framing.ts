// Bytes from a socket -> lines of UTF-8 text, at most `maxBytes` each, newline included. Memory stays below that bound.

export interface LineFraming {
  /** Hands on every line that `chunk` completes. The chunk is not kept. */
  push(chunk: Uint8Array): void;
  /** bytes of the unfinished line */
  readonly heldBytes: number;
}

export interface LineEvents {
  /** without its newline (a carriage return before it stays: JSON takes it for white space) */
  line(text: string): void;
  /** a line that is not UTF-8; its end is known, so reading goes on */
  malformed(): void;
  /** the line does not end within `maxBytes`; nothing more is read from here on */
  tooLong(): void;
}

const NEWLINE = 0x0a;

/** @param isOpen asked before each line: the rest of a chunk is not read once a line before it closed the connection */
export function createLineFraming(
  maxBytes: number,
  events: LineEvents,
  isOpen: () => boolean = () => true,
): LineFraming {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Pieces, not one growing buffer: a line that arrives byte by byte must not be copied again and again.
  let pieces: Uint8Array[] = [];
  let heldBytes = 0;
  let isOver = false;

  const hold = (bytes: Uint8Array) => {
    if (bytes.byteLength === 0) return;
    // A copy, which slice() of a Buffer is not: the caller reads the next bytes into the same place.
    pieces.push(Buffer.from(bytes));
    heldBytes += bytes.byteLength;
    if (pieces.length >= 64) pieces = [Buffer.concat(pieces)];
  };

  const emit = (last: Uint8Array) => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    pieces = [];
    heldBytes = 0;
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      // TypeError ERR_ENCODING_INVALID_ENCODED_DATA
      return events.malformed();
    }
    events.line(text);
  };

  const giveUp = () => {
    isOver = true;
    pieces = [];
    heldBytes = 0;
    events.tooLong();
  };

  return {
    push(chunk) {
      let start = 0;
      while (!isOver && isOpen()) {
        const end = chunk.indexOf(NEWLINE, start);
        const byteLength = heldBytes + (end === -1 ? chunk.byteLength : end + 1) - start;
        if (byteLength > maxBytes || (end === -1 && byteLength === maxBytes)) return giveUp();
        if (end === -1) return hold(chunk.subarray(start));
        emit(chunk.subarray(start, end));
        start = end + 1;
      }
    },
    get heldBytes() {
      return heldBytes;
    },
  };
}
