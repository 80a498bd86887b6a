// The command line that both services and the launcher share.

import type { Program } from './command-line.ts';

const OPTIONS = { 'env-file': { type: 'string' } } as const;

/** @param duty what it does, in a sentence */
export function serviceProgram(name: string, duty: string, command = name): Program<typeof OPTIONS> {
  return { name, usage: usageOf(command, duty), options: OPTIONS };
}

function usageOf(command: string, duty: string): string {
  return `usage: ${command} [--env-file FILE]

${duty}

  --env-file FILE  settings, one KEY=value a line (default: SOFT_STREAM_ENV_FILE, else none); the environment wins
  -h, --help       this text
  --version        the version

exit code: 0 ended by a signal, 1 failed, 2 usage, 66 none of the cameras is there,
69 port or run directory taken, 78 configuration
`;
}
