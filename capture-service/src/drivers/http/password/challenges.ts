// WWW-Authenticate: one or several challenges in one line, told apart by their scheme. RFC 9110, 11.6.1.

export interface Challenge {
  /** in lower case: `basic`, `digest` */
  readonly scheme: string;
  /** names in lower case, values without quotes */
  readonly params: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAM = new RegExp(`^(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);
const SCHEME = new RegExp(`^(${TOKEN})(?=\\s|,|$)`);
const MAX_LENGTH = 4_096;

/** What cannot be read ends the list; what stands before it counts. */
export function readChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; params: Map<string, string> }[] = [];
  let rest = header.slice(0, MAX_LENGTH);
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const param = PARAM.exec(rest);
    const current = challenges.at(-1);
    if (param !== null && current !== undefined) {
      const [all, name = '', quoted, token = ''] = param;
      current.params.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token);
      rest = rest.slice(all.length);
      continue;
    }
    const scheme = SCHEME.exec(rest)?.[1];
    if (scheme === undefined) return challenges;
    challenges.push({ scheme: scheme.toLowerCase(), params: new Map() });
    rest = rest.slice(scheme.length);
  }
}
