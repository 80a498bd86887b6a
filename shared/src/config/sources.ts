// Where settings come from: the environment file, and above it the process environment. An empty value is no value.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, errorMessage } from '../runtime/errors.ts';
import { visibleText } from '../runtime/visible-text.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { parseEnvFile } from './env-file.ts';
import { checkEnvironmentKey, checkFileKey, isKnownKey } from './key-names.ts';

export interface Sources {
  /** texts of known keys, never empty */
  readonly values: Readonly<Record<string, string>>;
  /** `line 3 of FILE` or `environment`, by key */
  readonly origins: ReadonlyMap<string, string>;
  /** keys in the file whose value ends in what looks like a comment */
  readonly commented: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** A file of settings is some kilobytes; more is a wrong file. */
const MAX_FILE_BYTES = 1024 * 1024;

/** @throws {ConfigError} when the file cannot be read at all */
export function readSources(env: Readonly<Record<string, string | undefined>>, envFile: string | undefined): Sources {
  const found: Found = { values: new Map(), origins: new Map(), commented: new Set(), problems: [], warnings: [] };
  if (envFile !== undefined) readFile(envFile, found);
  for (const [key, value] of Object.entries(env)) {
    if (value === undefined || value === '') continue;
    found.commented.delete(key);
    take(found, key, value, 'environment', checkEnvironmentKey(key));
  }
  const given = [...found.values].filter(([, value]) => value !== '');
  return { ...found, values: Object.fromEntries(given) };
}

/** systemd takes a # behind a value as a part of it, and so do we. */
export const COMMENT_ADVICE = 'a comment needs a line of its own';

interface Found {
  readonly values: Map<string, string>;
  readonly origins: Map<string, string>;
  readonly commented: Set<string>;
  readonly problems: ConfigProblem[];
  readonly warnings: string[];
}

function readFile(path: string, found: Found): void {
  const file = parseEnvFile(readBytes(path));
  const at = (line: number) => `line ${line} of ${path}`;
  for (const { line, message } of file.problems) {
    found.problems.push({ key: at(line), value: undefined, message, source: undefined });
  }
  for (const { line, message } of file.warnings) found.warnings.push(`${at(line)} is skipped: ${message}`);
  for (const { key, value, line, endsLikeComment } of file.entries) {
    const earlier = found.origins.get(key);
    if (earlier !== undefined) found.warnings.push(`${key} is set twice: ${at(line)} counts, ${earlier} does not`);
    take(found, key, value, at(line), checkFileKey(key));
    found.commented.delete(key);
    if (!endsLikeComment) continue;
    found.commented.add(key);
    found.warnings.push(
      `${key} (${at(line)}): what looks like a comment is part of the value ${visibleText(value.slice(0, 100))}; ${COMMENT_ADVICE}`,
    );
  }
}

function take(found: Found, key: string, value: string, source: string, message: string | undefined): void {
  if (message !== undefined) found.problems.push({ key, value: undefined, message, source });
  if (!isKnownKey(key)) return;
  found.values.set(key, value);
  found.origins.set(key, source);
}

/** `--env-file` or SOFT_STREAM_ENV_FILE as an absolute path. */
export function findEnvFile(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string | undefined {
  const path = given || env['SOFT_STREAM_ENV_FILE'];
  return path ? resolve(cwd, path) : undefined;
}

function readBytes(path: string): Uint8Array {
  const fail = (message: string, cause?: unknown) =>
    new ConfigError([{ key: path, value: undefined, message, source: undefined }], { cause });
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw fail('is a folder, not an environment file');
    if (stat.size > MAX_FILE_BYTES)
      throw fail(`has ${stat.size} bytes; an environment file has at most ${MAX_FILE_BYTES}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reasons: Record<string, string> = {
      ENOENT: 'no such file',
      EACCES: 'this user is not allowed to read it',
      ENOTDIR: 'a part of its path is not a folder',
    };
    throw fail(`cannot be read: ${reasons[errorCode(error) ?? ''] ?? errorMessage(error)}`, error);
  }
}
