// Prints the folders (of package-lock.json) that the two services need at run time on this machine, one a line:
// what a walk from them reaches, by Node's own rule for nested node_modules. Optional ones only where installed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/** The lockfile's folder of `name` as seen from the package in `from`: its own node_modules, then its parents'. */
function find(name, from) {
  const parts = `${from}/`.split('/node_modules/');
  const parents = parts.map((_, at) =>
    parts
      .slice(0, parts.length - at)
      .join('/node_modules/')
      .replace(/\/$/, ''),
  );
  return [...parents.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`].find(
    (path) => packages[path],
  );
}

const reached = new Set();
const waiting = ['capture-service', 'http-service'];
for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
  const { dependencies = {}, optionalDependencies = {} } = packages[path];
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = find(name, path);
    const target = packages[found]?.link ? packages[found].resolved : found;
    if (target === undefined || reached.has(target) || !existsSync(join(root, target))) {
      if (!(name in optionalDependencies) && !reached.has(target)) throw new Error(`${path} needs ${name}: run npm ci`);
      continue;
    }
    reached.add(target);
    waiting.push(target);
  }
}
// nan is headers for compiling the addon.
const modules = [...reached].filter((path) => path.includes('node_modules/') && path !== 'node_modules/nan');
process.stdout.write(`${modules.sort().join('\n')}\n`);
