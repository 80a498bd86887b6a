// The one base of our errors. `code` is API (tests and callers compare it), `message` is for people.

export class SoftStreamError extends Error {
  readonly code: string;

  /** @param code stable, `ERR_...`; @param message says what was tried, with which value, and the limit */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An end of the process that the service manager and the launcher tell apart by its exit code. */
export class FatalError extends SoftStreamError {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.exitCode = exitCode;
  }
}

/**
 * Exit codes of both services (sysexits.h names): 66 no configured camera is there, 69 port or instance taken,
 * 78 configuration, missing programs, unreadable recording or too little shared memory.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, noCamera: 66, unavailable: 69, config: 78 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Narrow an unknown thrown value to the `code` of a Node.js or SoftStream error. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return undefined;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
