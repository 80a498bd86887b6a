// What a service manager is notified of, as sd_notify(3) has it: ready, what goes on, still alive, stopping.
// Node.js has no datagram sockets in the unix domain. deploy/package/launch opens one before it becomes Node.js, connected to
// NOTIFY_SOCKET and never blocking: a message is one write(2), with this process as its sender, and costs no process.

import { writeSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { errorCode } from './errors.ts';

export interface ServiceManagerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line for `systemctl status`; asked for when something has changed. */
  describe(): string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ServiceManager extends AsyncDisposable {
  /** Something has changed: the line is said again, at most once a second. */
  changed(): void;
}

const STATUS_EVERY_MS = 1_000;

/** Says READY=1 at once, and STOPPING=1 when disposed. Without a service manager nothing is said and no timer runs. */
export function openServiceManager({ env, describe, clock, log }: ServiceManagerOptions): ServiceManager {
  const descriptor = notifyDescriptor(env);
  if (descriptor === undefined) return { changed: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() };

  const say = (message: string) => {
    try {
      writeSync(descriptor, message);
    } catch (err) {
      // EAGAIN: the manager is busy; the next message says all that matters.
      if (errorCode(err) !== 'EAGAIN') log.debug({ err }, 'service manager not notified');
    }
  };
  const intervalMs = watchdogMs(env);
  let cancelPing: (() => void) | undefined;
  const ping = () => {
    say('WATCHDOG=1');
    if (intervalMs !== undefined) cancelPing = clock.after(intervalMs / 2, ping);
  };
  let said = describe();
  let cancelStatus: (() => void) | undefined;
  const sayStatus = () => {
    cancelStatus = undefined;
    const line = describe();
    if (line === said) return;
    said = line;
    say(`STATUS=${line}`);
  };

  say(`READY=1\nSTATUS=${said}`);
  if (intervalMs !== undefined) ping();
  return {
    changed() {
      cancelStatus ??= clock.after(STATUS_EVERY_MS, sayStatus);
    },
    [Symbol.asyncDispose]() {
      cancelPing?.();
      cancelStatus?.();
      // An end that is not asked for again by `changed`.
      cancelStatus = () => undefined;
      say('STOPPING=1');
      return Promise.resolve();
    },
  };
}

function notifyDescriptor(env: ServiceManagerOptions['env']): number | undefined {
  const text = env['SOFT_STREAM_NOTIFY_FD'] ?? '';
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** sd_watchdog_enabled(3): microseconds, and the process that is meant. */
function watchdogMs(env: ServiceManagerOptions['env']): number | undefined {
  const { WATCHDOG_USEC: microseconds = '', WATCHDOG_PID: pid = String(process.pid) } = env;
  return /^[1-9]\d*$/.test(microseconds) && pid === String(process.pid) ? Number(microseconds) / 1_000 : undefined;
}
