// Loaded into both services by the soak (NODE_OPTIONS=--import): tells on SIGUSR2 what only the process itself knows.
// The services know nothing of it.

import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ProbeAnswer, probeFile } from './probe-file.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  // Twice: memory outside the heap is counted off by the collection after the one that frees it.
  collectGarbage();
  collectGarbage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const { heapUsed, external } = process.memoryUsage();
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  const answer: ProbeAnswer = { heapUsed, external, resources, listeners };
  const draft = `${probeFile(process.pid)}.draft`;
  writeFileSync(draft, JSON.stringify(answer));
  renameSync(draft, probeFile(process.pid));
});
