// Prints the package's copyright file: ours, then every third-party package with its licence, from its package.json.
// Usage: copyright.mjs PROGRAM_FOLDER LICENSE_FILE < list of modules
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [program, licence] = process.argv.slice(2);
const modules = readFileSync(0, 'utf8').trim().split('\n');
const lines = modules.map((module) => {
  const { name, version, license } = JSON.parse(readFileSync(join(program, module, 'package.json'), 'utf8'));
  return `  ${name} ${version}: ${license}`;
});
process.stdout.write(`Soft Stream Cameras

${readFileSync(licence, 'utf8')}
Third-party packages below /usr/lib/soft-stream-cameras/node_modules, each with its own licence text in its folder
where its authors ship one:

${lines.join('\n')}

The libraries that @img/sharp-libvips brings are named with their versions in its versions.json; libvips itself is
LGPL-3.0-or-later, a shared library that can be replaced in its folder.

On Debian systems the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0, and the GNU Lesser General Public
License 3 in /usr/share/common-licenses/LGPL-3.
`);
