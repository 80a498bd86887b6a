import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { describeCircle, findFolderCircle, readFolderImports } from './import-circles.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const step = (from, to) => ({ from, to, file: `${from}/x.ts`, target: `${to}/y.ts` });

test('the folders of all workspaces form no circle', { timeout: 30_000 }, () => {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const imports = readFolderImports(root, workspaces);
  assert.ok(imports.length > 500, `only ${imports.length} imports were read`);

  const circle = findFolderCircle(imports);

  if (circle !== undefined) assert.fail(`folders import from each other in a circle:\n${describeCircle(circle)}`);
});

test('a circle is found however long it is, and named by the files that close it', { timeout: 5_000 }, () => {
  const imports = [step('a', 'b'), step('b', 'c'), step('c', 'd'), step('d', 'b'), step('a', 'd')];

  const circle = findFolderCircle(imports);

  assert.deepEqual(circle?.map(({ from }) => from).sort(), ['b', 'c', 'd']);
  assert.match(describeCircle(circle), /d -> b: d\/x\.ts imports b\/y\.ts/);
});

test('many ways to one folder are no circle', { timeout: 5_000 }, () => {
  assert.equal(findFolderCircle([step('a', 'b'), step('a', 'c'), step('b', 'd'), step('c', 'd')]), undefined);
});
