// The recorded conversations, and what a version that is newer than this one might have said in their place.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Said, SocketName, Speaker } from './tap.ts';

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface Spoken extends Omit<Said, 'message'> {
  readonly message: Message;
}

export interface Conversation {
  /** of the version that held it */
  readonly name: string;
  readonly said: readonly Spoken[];
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'conversations');

export function readConversations(): readonly Conversation[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return files.map((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
    return { name: file.replace('.jsonl', ''), said: lines.map((line) => JSON.parse(line) as Spoken) };
  });
}

export function messagesOf({ said }: Conversation, socket: SocketName, from: Speaker): readonly Message[] {
  return said.filter((each) => each.socket === socket && each.from === from).map(({ message }) => message);
}

/** What was answered to each method, in the order of asking. */
export function answersOf({ said }: Conversation, socket: SocketName): ReadonlyMap<string, readonly Message[]> {
  const asked = new Map<string, string>();
  const answers = new Map<string, Message[]>();
  for (const { socket: on, connection, from, message } of said) {
    if (on !== socket || message.id === undefined) continue;
    const key = `${connection} ${message.id}`;
    if (from !== 'capture' && message.method !== undefined) asked.set(key, message.method);
    const method = from === 'capture' ? asked.get(key) : undefined;
    if (method !== undefined) answers.set(method, [...(answers.get(method) ?? []), message]);
  }
  return answers;
}

/** The same message from a version to come: with words, causes and fields that nobody here knows. */
export function fromTheFuture(message: Message): Message {
  return foreign(message) as Message;
}

const NEW_WORDS: Readonly<Record<string, unknown>> = {
  state: 'defragmenting',
  driver: 'lidar',
  hold: 'weekends',
  lastResult: 'nearly',
  cause: 'solar flare: class X2',
  source: 'cloud',
  event: 'eclipse',
  level: 'curious',
};

function foreign(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => foreign(each));
  if (typeof value !== 'object' || value === null)
    return key in NEW_WORDS && typeof value === 'string' ? NEW_WORDS[key] : value;
  const changed = Object.entries(value).map(([name, each]) => [name, foreign(each, name)]);
  const more = key === 'byCause' || key === 'dropped' ? { 'solar flare': 3 } : { weather: { sky: 'clear' } };
  return { ...Object.fromEntries(changed), ...more };
}
