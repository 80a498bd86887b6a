// Which line begins a part. The response's head names a boundary, with or without its dashes, or none; what stands in
// the body decides. RFC 2046, 5.1.1, and what cameras make of it:
//
//   boundary=--foo   and   --foo          (Sony, Panasonic)      no boundary   and   --ffmpeg        (ffmpeg)
//   boundary=--foo   and   --fooContent-Type: image/jpeg         (the recipe for Python's http.server)

export interface BoundaryLine {
  /** as it stood in the body, with its dashes: what every further one begins with */
  readonly delimiter: string;
  readonly isClosing: boolean;
  /** the first header of the part where no line end stands between; else empty */
  readonly rest: string;
}

/** Longer than the 70 characters of RFC 2046, and short enough to be compared with every line. */
const MAX_DELIMITER_LENGTH = 200;
const FIRST_HEADER = /content-(type|length)\s*:/i;

/** @param delimiter of the parts before; undefined before the first @param named in the response's head, if any */
export function readBoundaryLine(
  line: string,
  delimiter: string | undefined,
  named: string | undefined,
): BoundaryLine | undefined {
  const found = delimiter ?? findDelimiter(line, named);
  if (found === undefined || !line.startsWith(found)) return undefined;
  const rest = line.slice(found.length).trim();
  const isClosing = rest === '--';
  return { delimiter: found, isClosing, rest: isClosing ? '' : rest };
}

function findDelimiter(line: string, named: string | undefined): string | undefined {
  const dashes = /^-*/.exec(line)?.[0] ?? '';
  const token = withoutDashes(named ?? '');
  if (token !== '' && line.slice(dashes.length).startsWith(token)) return dashes + token;
  if (dashes.length < 2) return undefined;
  const header = FIRST_HEADER.exec(line);
  const text = (header === null ? line : line.slice(0, header.index)).trimEnd();
  return text.length > dashes.length && text.length <= MAX_DELIMITER_LENGTH ? text : undefined;
}

function withoutDashes(text: string): string {
  return text.replace(/^-+/, '');
}
