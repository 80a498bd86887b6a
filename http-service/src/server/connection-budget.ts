// How many connections the process can have open, by the descriptors that it may have: accept must never fail for want
// of one. libuv's answer to EMFILE is to accept and close whoever comes, visitors too; and once its spare descriptor is
// lost it does nothing, and epoll, which is level-triggered, wakes the loop for ever: a full core until descriptors
// come back. Node.js tells nobody of either, so the only cure is not to get there.

import { readFileSync } from 'node:fs';

export interface ConnectionBudget {
  /** open at once on each server */
  readonly connections: number;
  /** of them streams of one camera; the others are left for snapshots, status and pages */
  readonly viewers: number;
}

export interface BudgetOptions {
  /** descriptors that the process may have */
  readonly maxOpenFiles: number;
  readonly cameras: number;
  /** ports and sockets that are listened on, of all cameras */
  readonly servers: number;
  /** streams that the configuration allows on this camera */
  readonly maxViewers: number;
}

/** Besides the viewers. A browser opens six at a time. */
const OTHER_CONNECTIONS = 256;
/** Log, event loop, broker, run directory, fonts, pictures that are being read: 23 at rest, measured. */
const OWN_FILES = 40;
/** Its servers, its frames, and those of the object that replaces them. */
const FILES_PER_CAMERA = 6;
/** Two browsers, when there is little. */
const FEWEST_OTHERS = 12;
const FEWEST_CONNECTIONS = 4;

export function connectionBudget({ maxOpenFiles, cameras, servers, maxViewers }: BudgetOptions): ConnectionBudget {
  const files = maxOpenFiles - OWN_FILES - FILES_PER_CAMERA * cameras;
  const affordable = Math.max(FEWEST_CONNECTIONS, Math.floor(files / Math.max(1, servers)));
  const connections = Math.min(maxViewers + OTHER_CONNECTIONS, affordable);
  const others = Math.min(FEWEST_OTHERS, Math.floor(connections / 2));
  return { connections, viewers: Math.min(maxViewers, connections - others) };
}

/** The soft limit; Node.js has raised it to the hard one when it started. Infinity: there is none, or none is known. */
export function readMaxOpenFiles(): number {
  try {
    return parseMaxOpenFiles(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    // ENOENT: no /proc
    return Number.POSITIVE_INFINITY;
  }
}

/** @param limits as proc(5) has them: `Max open files  1024  4096  files` */
export function parseMaxOpenFiles(limits: string): number {
  const soft = /^Max open files +(\d+) /m.exec(limits)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
