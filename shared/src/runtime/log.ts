// The log of a service: one JSON object a line for machines, one line of text for people. Written to stdout.

import { createRequire } from 'node:module';
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { errorCode, errorMessage } from './errors.ts';
import { openLogOutput } from './log-output.ts';

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
  const out = options.destination ?? openLogOutput(MAX_WAITING_BYTES);
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: format === 'text' ? describeError : stdSerializers.err },
    },
    format === 'text' ? textStream(out, options.destination === undefined && process.stdout.isTTY === true) : out,
  );
}

/**
 * For people: what was expected to go wrong (it has a code) in its own words on the same line, with its causes;
 * only a bug brings its stack.
 */
function describeError(error: unknown): unknown {
  if (errorCode(error) === undefined) return stdSerializers.err(error as Error);
  const messages: string[] = [];
  for (let each: unknown = error; each !== undefined && messages.length < 5; each = causeOf(each)) {
    const message = errorMessage(each);
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
  }
  return messages.join('; ');
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** In process and without a thread: pino-pretty's formatter alone, loaded only for people. */
function textStream(out: DestinationStream, colorize: boolean): DestinationStream {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const format = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    customColors: 'info:green,message:reset',
    hideObject: true,
    // A field named pid is a camera program's, not ours: it belongs to the fields, not before the message.
    ignore: 'pid,hostname,name',
    messageFormat: formatLine,
  });
  return { write: (line) => out.write(String(format(line))) };
}

const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['level', 'time', 'service', 'camera', 'msg', 'err']);

/** `cam0: camera stalled silentMs=12000`: whom it concerns, the sentence, the fields. */
function formatLine(fields: Record<string, unknown>): string {
  const { camera, err } = fields;
  const subject = typeof camera === 'string' ? `${camera}: ` : '';
  const shown = Object.entries(fields)
    .filter(([name, value]) => !SHOWN_ELSEWHERE.has(name) && value !== undefined)
    .map(([name, value]) => ` ${name}=${formatValue(value)}`);
  return `${subject}${String(fields['msg'] ?? '')}${shown.join('')}${formatError(err)}`;
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function formatError(err: unknown): string {
  if (typeof err === 'string') return `: ${err}`;
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? err.stack : undefined;
  return stack === undefined ? '' : `: ${String(stack)}`;
}
