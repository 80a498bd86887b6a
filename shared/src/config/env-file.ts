// An environment file as systemd reads one (systemd.exec(5), EnvironmentFile=): what the service manager took, we take.
// A value may be quoted, also in parts; comments stand on lines of their own; a backslash joins lines.
// Stricter than systemd, which skips such lines in silence: a name that is no name, `export`, a quote that never ends,
// and a line that begins like a camera's setting and has no "=". Other lines without one are skipped, with a warning.

import { visibleText } from '../runtime/visible-text.ts';

export interface EnvEntry {
  readonly key: string;
  readonly value: string;
  /** where the key stands; the first line is 1 */
  readonly line: number;
  /** what stands behind the value looks like a comment, and is a part of it: systemd takes it so */
  readonly endsLikeComment?: true;
}

export interface EnvFileProblem {
  readonly line: number;
  readonly message: string;
}

export interface EnvFile {
  /** in the file's order; of a key that comes twice the last one counts */
  readonly entries: readonly EnvEntry[];
  readonly problems: readonly EnvFileProblem[];
  /** lines that are skipped, as systemd does */
  readonly warnings: readonly EnvFileProblem[];
}

type State =
  | 'before key'
  | 'key'
  | 'before value'
  | 'value'
  | 'value escape'
  | 'single quotes'
  | 'double quotes'
  | 'double quotes escape'
  | 'comment';

const NEWLINES = '\n\r';
const BLANKS = ' \t\n\r';
/** What a backslash takes its meaning from within double quotes, as in a POSIX shell. */
const ESCAPED_IN_QUOTES = '"\\`$';

/** Never throws. @param bytes the whole file; a byte order mark at its start is skipped */
export function parseEnvFile(bytes: Uint8Array): EnvFile {
  const text = decode(bytes);
  if (typeof text !== 'string') return { entries: [], problems: [text], warnings: [] };
  const scanner = createScanner();
  for (const character of text) scanner.take(character);
  return scanner.end();
}

function createScanner() {
  const entries: EnvEntry[] = [];
  const problems: EnvFileProblem[] = [];
  const warnings: EnvFileProblem[] = [];
  let state: State = 'before key';
  let key = '';
  let value = '';
  /** length of `value` that trailing blanks do not count to: quoted and escaped ones stay */
  let keptLength = 0;
  let line = 1;
  let keyLine = 1;
  let quoteLine = 1;
  /** a `#` or `;` behind a closing quote */
  let hasCommentMark = false;
  let isBehindQuote = false;

  const append = (character: string, isKept = true) => {
    value += character;
    if (isKept) keptLength = value.length;
  };

  const startKey = (character: string) => {
    key = character;
    value = '';
    keptLength = 0;
    keyLine = line;
    hasCommentMark = false;
    isBehindQuote = false;
    state = 'key';
  };

  const finish = () => {
    const name = key.trimEnd();
    const message = checkName(name);
    const kept = value.slice(0, keptLength);
    const endsLikeComment = hasCommentMark || (!isBehindQuote && /\s[#;]\s/.test(kept));
    if (message === undefined)
      entries.push({ key: name, value: kept, line: keyLine, ...(endsLikeComment && { endsLikeComment }) });
    else problems.push({ line: keyLine, message });
    state = 'before key';
  };

  const finishWithoutValue = () => {
    const text = key.trim();
    const looksLikeSetting = /^(export\s+)?(cam\d+_|SOFT_STREAM_)/i.test(text);
    const message = `no "=" in this line: ${visibleText(text.slice(0, 60))}`;
    (looksLikeSetting ? problems : warnings).push({ line: keyLine, message });
    state = 'before key';
  };

  const closeQuote = () => {
    isBehindQuote = true;
    state = 'before value';
  };

  const takeBeforeValue = (character: string) => {
    if (NEWLINES.includes(character)) finish();
    else if (character === "'" || character === '"') {
      quoteLine = line;
      state = character === '"' ? 'double quotes' : 'single quotes';
    } else if (character === '\\') state = 'value escape';
    else if (!BLANKS.includes(character)) {
      hasCommentMark ||= isBehindQuote && (character === '#' || character === ';');
      append(character);
      state = 'value';
    }
  };

  const takeValue = (character: string) => {
    if (NEWLINES.includes(character)) finish();
    else if (character === '\\') state = 'value escape';
    else append(character, !BLANKS.includes(character));
  };

  const takers: Record<State, (character: string) => void> = {
    'before key': (character) => {
      if (character === '#' || character === ';') state = 'comment';
      else if (!BLANKS.includes(character)) startKey(character);
    },
    key: (character) => {
      if (NEWLINES.includes(character)) finishWithoutValue();
      else if (character === '=') state = 'before value';
      else key += character;
    },
    'before value': takeBeforeValue,
    value: takeValue,
    'value escape': (character) => {
      // An escaped newline is nothing: the next line goes on.
      if (!NEWLINES.includes(character)) append(character);
      state = 'value';
    },
    'single quotes': (character) => {
      if (character === "'") closeQuote();
      else append(character);
    },
    'double quotes': (character) => {
      if (character === '"') closeQuote();
      else if (character === '\\') state = 'double quotes escape';
      else append(character);
    },
    'double quotes escape': (character) => {
      if (ESCAPED_IN_QUOTES.includes(character)) append(character);
      else if (character !== '\n') append(`\\${character}`);
      state = 'double quotes';
    },
    comment: (character) => {
      if (NEWLINES.includes(character)) state = 'before key';
    },
  };

  return {
    take(character: string) {
      takers[state](character);
      if (character === '\n') line += 1;
    },
    end(): EnvFile {
      if (state === 'single quotes' || state.startsWith('double quotes')) {
        problems.push({ line: quoteLine, message: 'the quote that opens here is never closed' });
      } else if (state === 'key') finishWithoutValue();
      else if (state !== 'before key' && state !== 'comment') finish();
      return { entries, problems, warnings };
    },
  };
}

function checkName(name: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  if (/^export\s/.test(name))
    return `write ${name.replace(/^export\s+/, '')}=... without "export": this is not a shell script`;
  return `${visibleText(name.slice(0, 60))} is not a name (letters, digits and _)`;
}

function decode(bytes: Uint8Array): string | EnvFileProblem {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // TypeError ERR_ENCODING_INVALID_ENCODED_DATA, which does not say where.
    return { line: lineOfInvalidByte(bytes), message: 'not UTF-8: save the file as UTF-8' };
  }
  const nul = text.indexOf('\0');
  if (nul === -1) return text;
  return { line: text.slice(0, nul).split('\n').length, message: 'a NUL byte: this is not a text file' };
}

function lineOfInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start <= bytes.byteLength; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.byteLength : newline;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      // The same TypeError: this is the line.
      return line;
    }
    start = end + 1;
  }
  return line;
}
