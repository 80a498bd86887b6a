// `npm run demo`: the pair on recorded frames, in a run directory of its own that is gone at the end.

import { assertBuilt, checkout } from '@soft-stream/launcher/checkout';
import { runPair } from '@soft-stream/launcher/run-pair';
import { listenForStop } from '@soft-stream/launcher/stop-signals';
import { readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { loadConfig } from '@soft-stream/shared/config/load';
import { EXIT, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import { createLogger } from '@soft-stream/shared/runtime/log';
import { banner, whenReady } from './banner.ts';
import { demoEnvironment } from './demo-cameras.ts';
import { openRunDirectory } from './run-directory.ts';
import { assertPortFree } from './taken-port.ts';

const PROGRAM = {
  name: 'demo',
  usage: `usage: npm run demo

Two recorded printers on http://127.0.0.1:18081/ and http://127.0.0.1:18082/, both on http://127.0.0.1:18080/,
until Ctrl-C.
Settings of the environment win: cam0_port=8080 npm run demo

  -h, --help       this text
  --version        the version
`,
  options: {},
} as const;

async function main(): Promise<number> {
  readCommandLine(PROGRAM);
  const { stop, impatient } = listenForStop();
  assertBuilt();
  await using runDirectory = await openRunDirectory('soft-stream-demo-');
  const env = demoEnvironment(process.env, runDirectory.path);
  const config = loadConfig({ env, cwd: process.cwd() });
  for (const camera of config.cameras) await assertPortFree(camera);
  if (config.wall.isOn) await assertPortFree({ camera: 'wall', ...config.wall });

  const log = createLogger({ service: 'launcher', level: config.logLevel, format: config.logFormat });
  const ended = new AbortController();
  const greeting = whenReady(config, AbortSignal.any([stop, ended.signal])).then(
    () => void process.stdout.write(banner(config)),
    () => undefined, // stopped before it was ready
  );
  const code = await runPair({
    services: [
      { name: 'capture-service', entry: checkout.capture, args: [], env },
      { name: 'http-service', entry: checkout.http, args: [], env },
    ],
    log,
    signal: stop,
    impatient,
  });
  ended.abort();
  await greeting;
  return code;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`soft-stream-cameras: ${errorMessage(error)}\n`);
    process.exitCode = error instanceof FatalError ? error.exitCode : EXIT.failed;
  },
);
