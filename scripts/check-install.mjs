// Runs after `npm ci`: names a wrong Node.js or a missing native addon now, and not at the first frame.
// shm-typed-array is an optional dependency only so that npm goes on to this page when its build fails.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19) || major > 25) {
  fail(`Node.js ${process.versions.node} cannot run this: 20.19 or newer, and older than 26, is needed.`);
}

try {
  createRequire(new URL('../shared/package.json', import.meta.url))('shm-typed-array');
} catch (cause) {
  const missing = ['python3', 'make', 'g++'].filter((tool) => spawnSync(tool, ['--version']).error);
  const advice = missing.length
    ? `Missing on this machine: ${missing.join(', ')}.\n  Install them:  sudo apt install python3 make g++   then run npm ci again.`
    : 'The tools are all there, so its install script was probably blocked or failed.\n' +
      headersAdvice() +
      '  Look closer:  npm rebuild shm-typed-array --foreground-scripts\n' +
      '  npm 12 runs it only because package.json says "allowScripts": {"shm-typed-array": true}; keep that line.';
  fail(`The shared-memory addon shm-typed-array is not built (${cause.code ?? cause.message}).\n  ${advice}`);
}

/** node-gyp downloads the headers of Node.js, unless it is told where they are; many installations bring them along. */
function headersAdvice() {
  const prefix = join(dirname(process.execPath), '..');
  if (!existsSync(join(prefix, 'include', 'node', 'node.h'))) return '';
  return `  If it could not download the headers of Node.js, use those in ${prefix}:\n    npm_package_config_node_gyp_nodedir=${prefix} npm ci\n`;
}

function fail(text) {
  process.stderr.write(`\nsoft-stream-cameras: ${text}\n\n`);
  process.exit(1);
}
