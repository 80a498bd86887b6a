// Which folders import from which, read from the sources of all workspaces. Folders that need each other form a circle:
// neither can be understood, tested or moved without the other.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const PACKAGE = /^@soft-stream\/([a-z-]+)\/(.+)$/;

/**
 * @param root folder of the workspaces
 * @returns one entry per import from another folder: `{ from, to, file, target }`, all relative to `root`. Tests are left
 *   out: they may use anything, and nothing uses them.
 */
export function readFolderImports(root, workspaces) {
  return workspaces.flatMap((workspace) =>
    readdirSync(join(root, workspace, 'src'), { recursive: true })
      .filter((name) => /\.ts$/.test(name) && !/\.(?:test|bench)\.ts$/.test(name))
      .flatMap((name) => importsOf(root, join(root, workspace, 'src', name))),
  );
}

function importsOf(root, path) {
  const text = readFileSync(path, 'utf8');
  const specifiers = [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map((match) => match[1] ?? match[2]);
  return specifiers.flatMap((specifier) => {
    const inPackage = PACKAGE.exec(specifier);
    if (inPackage === null && !specifier.startsWith('.')) return [];
    const target = inPackage ? join(root, inPackage[1], 'src', `${inPackage[2]}.ts`) : join(dirname(path), specifier);
    const entry = { from: dirname(path), to: dirname(target), file: path, target };
    if (entry.from === entry.to) return [];
    return [Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, relative(root, value)]))];
  });
}

/** @returns the imports of a shortest circle of folders, in order; undefined when there is none */
export function findFolderCircle(imports) {
  const byFolder = new Map();
  for (const each of imports) byFolder.set(each.from, [...(byFolder.get(each.from) ?? []), each]);
  const circles = [...byFolder.keys()].map((folder) => wayBack(folder, byFolder)).filter((way) => way !== undefined);
  return circles.sort((a, b) => a.length - b.length)[0];
}

/** Breadth first, so that the way found is a shortest one. */
function wayBack(start, byFolder) {
  const seen = new Set();
  let ways = [[]];
  while (ways.length > 0) {
    const next = [];
    for (const way of ways) {
      for (const each of byFolder.get(way.at(-1)?.to ?? start) ?? []) {
        if (each.to === start) return [...way, each];
        if (seen.has(each.to)) continue;
        seen.add(each.to);
        next.push([...way, each]);
      }
    }
    ways = next;
  }
  return undefined;
}

/** For people: every step with the file that takes it. */
export function describeCircle(circle) {
  return circle.map(({ from, to, file, target }) => `${from} -> ${to}: ${file} imports ${target}`).join('\n');
}
