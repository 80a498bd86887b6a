// The log of a service: one JSON object a line for machines, one line of text for people. Written to stdout.

import { createRequire } from 'node:module';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type LogFormat = 'text' | 'json';

export interface LogOptions {
  /** `capture-service`, `http-service`, ...; a field of every line */
  readonly service: string;
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** tests only; default stdout */
  readonly destination?: DestinationStream;
}

/** Lines that a stuck reader of our stdout leaves waiting are dropped beyond this; nothing ever waits for the log. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Levels are names and times ISO 8601, so that `journalctl -o cat` and `docker logs` read well. */
export function createLogger(options: LogOptions): Logger {
  const { service, level, format } = options;
  // Not synchronous: a full pipe (a stuck docker or journal) must not stop the frames. pino flushes it at exit.
  const out = options.destination ?? destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    format === 'text' ? textStream(out, options.destination === undefined && process.stdout.isTTY === true) : out,
  );
}

/** In process and without a thread: pino-pretty's formatter alone, loaded only for people. */
function textStream(out: DestinationStream, colorize: boolean): DestinationStream {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const format = prettyFactory({
    colorize,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service',
    customColors: 'info:green',
  });
  return { write: (line) => out.write(String(format(line))) };
}
