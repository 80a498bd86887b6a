// The log of a running service as objects, and a way to wait for a line of it.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface LogLines {
  /** everything so far; text that is no JSON is a line of level `raw` */
  readonly lines: readonly LogLine[];
  /** Resolves with the first line from `after` on that fits. Rejects when the output ends without it, or on abort. */
  until(
    fits: string | ((line: LogLine) => boolean),
    options?: { after?: number; signal?: AbortSignal },
  ): Promise<LogLine>;
  text(): string;
}

const UNTIL_LIMIT_MS = 30_000;

export function collectLines(outputs: readonly Readable[]): LogLines {
  const lines: LogLine[] = [];
  const watchers = new Set<() => void>();
  let open = outputs.length;
  const tellAll = () => {
    for (const watcher of [...watchers]) watcher();
  };
  for (const output of outputs) {
    createInterface({ input: output })
      .on('line', (line) => {
        lines.push(parseLine(line));
        tellAll();
      })
      .on('close', () => {
        open--;
        tellAll();
      });
  }
  const text = () => lines.map((line) => JSON.stringify(line)).join('\n');

  return {
    lines,
    text,
    until(wanted, { after = 0, signal = AbortSignal.timeout(UNTIL_LIMIT_MS) } = {}) {
      const fits = typeof wanted === 'string' ? (line: LogLine) => line.msg === wanted : wanted;
      return new Promise((resolve, reject) => {
        let seen = after;
        const fail = (why: string) => {
          watchers.delete(look);
          reject(new Error(`${why} before the log line ${String(wanted)}; the log was:\n${text()}`));
        };
        const look = () => {
          const line = lines.slice(seen).find(fits);
          seen = lines.length;
          if (line) {
            watchers.delete(look);
            resolve(line);
          } else if (open === 0) fail('output ended');
        };
        watchers.add(look);
        signal.addEventListener('abort', () => fail('time was up'), { once: true });
        look();
      });
    },
  };
}

function parseLine(line: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && 'msg' in parsed) return parsed as LogLine;
  } catch {
    // not JSON: a crash or a message before there was a log
  }
  return { level: 'raw', msg: line };
}
