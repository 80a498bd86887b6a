// Plays the capture side of a recorded conversation to a real http-service or camctl: it says what was said, and answers
// each method as it was answered then.

import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { answersOf, type Conversation, type Message, messagesOf } from './recordings.ts';
import type { SocketName } from './tap.ts';

export interface PlayedCapture extends AsyncDisposable {
  /** requests and notifications that came, as they came */
  readonly heard: readonly Message[];
  /** to everybody who is connected */
  say(message: object): void;
}

export interface PlayOptions {
  readonly runDir: string;
  readonly socket: SocketName;
  readonly conversation: Conversation;
  /** changes every message on its way */
  readonly translate?: (message: Message) => Message;
}

const FILES = { broker: 'broker.sock', control: 'operator/control.sock' } as const;

export async function playCapture(options: PlayOptions): Promise<PlayedCapture> {
  const { runDir, socket: name, conversation, translate = (message) => message } = options;
  const path = join(runDir, FILES[name]);
  mkdirSync(dirname(path), { recursive: true });
  const notifications = messagesOf(conversation, name, 'capture').filter(({ method }) => method !== undefined);
  const answers = answersOf(conversation, name);
  const sockets = new Set<Socket>();
  const heard: Message[] = [];

  const send = (socket: Socket, message: object) =>
    socket.write(`${JSON.stringify(translate({ jsonrpc: '2.0', ...message } as Message))}\n`);
  const answer = (socket: Socket, { id, method }: Message) => {
    const [first] = answers.get(method ?? '') ?? [];
    send(socket, first ? { ...first, id } : { id, error: { code: -32601, message: 'no such method' } });
    if (method === 'subscribe') for (const each of notifications) send(socket, each);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    let unfinished = '';
    socket.setEncoding('utf8').on('data', (text) => {
      const lines = `${unfinished}${text}`.split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as Message;
        heard.push(message);
        if (message.id !== undefined) answer(socket, message);
      }
    });
    if (name === 'broker') for (const each of notifications) send(socket, each);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    heard,
    say(message) {
      for (const socket of sockets) send(socket, message);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
