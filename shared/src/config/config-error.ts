// Everything that is wrong with a configuration, in one error: the owner corrects it once, not key by key.

import { EXIT, FatalError } from '../runtime/errors.ts';
import { visibleText, visibleWord } from '../runtime/visible-text.ts';

export interface ConfigProblem {
  /** the key as written, or the file's name where no key is to blame */
  readonly key: string;
  /** as given; undefined where the key itself is the problem */
  readonly value: string | undefined;
  /** what is allowed, or what is wrong */
  readonly message: string;
  /** `line 12 of /etc/...`, or `environment` */
  readonly source: string | undefined;
}

/** Exit code 78. The message has one line per problem, after a headline. */
export class ConfigError extends FatalError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const headline = problems.length === 1 ? 'the configuration is wrong:' : `${problems.length} settings are wrong:`;
    super(
      EXIT.config,
      'ERR_CONFIG',
      [headline, ...problems.map((each) => `  ${formatProblem(each)}`)].join('\n'),
      options,
    );
    this.problems = problems;
  }
}

function formatProblem({ key, value, message, source }: ConfigProblem): string {
  const name = /^[\x20-\x7e]*$/.test(key) ? key : visibleText(key);
  const setting = value === undefined ? name : `${name}=${quoteValue(value)}`;
  return `${setting}${source === undefined ? '' : ` (${source})`}: ${message}`;
}

/**
 * As written where that is readable on one line; else quoted, with what is invisible written out, and cut. Who gives a
 * password in an address finds it in no log.
 */
function quoteValue(value: string): string {
  const shown = value.replace(/:\/\/[^/]*@/, '://***@');
  const cut = shown.length > 100 ? `${shown.slice(0, 100)}...` : shown;
  return visibleWord(cut);
}
