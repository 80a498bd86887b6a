// The alert rules of docs/recipes in a real Prometheus: understood, silent while all is well, and firing when capture is killed.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { freePorts } from '../harness/free-port.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';

const RULES = join(checkout.root, 'docs/recipes/prometheus-alerts.yml');
const hasPrometheus = ['promtool', 'prometheus'].every((name) => spawnSync(name, ['--version']).status === 0);
const options = { timeout: 120_000, skip: hasPrometheus ? false : 'prometheus is not installed' };

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

/** The rules as they are, but for the minutes that a person would wait. */
async function startPrometheus(target: string) {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-test-'));
  const [port = 0] = await freePorts(1);
  writeFileSync(join(folder, 'rules.yml'), readFileSync(RULES, 'utf8').replace(/for: \d+m/g, 'for: 1s'));
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
rule_files: [rules.yml]
scrape_configs:
  - job_name: soft-stream
    static_configs: [{ targets: ["${target}"] }]
`,
  );
  const child = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
  return {
    async hasScraped(): Promise<boolean> {
      const { data } = (await ask('query?query=soft_stream_capture_up')) as { data: { result: unknown[] } };
      return data.result.length > 0;
    },
    async alerts(): Promise<readonly Alert[]> {
      return ((await ask('alerts')) as { data: { alerts: Alert[] } }).data.alerts;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('promtool understands every rule', options, () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });

  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /7 rules found/);
});

test('a killed capture fires its alert, and one that is back ends it', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using prometheus = await startPrometheus(new URL(pair.url(0)).host);
  const firing = async () =>
    (await prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname']);
  await waitFor('a scrape', () => prometheus.hasScraped());
  const before = await prometheus.alerts();

  await pair.capture.kill();
  await waitFor('the alert', async () => (await firing()).includes('SoftStreamCaptureAway'));
  const during = await firing();
  await pair.startCapture();
  await waitFor('its end', async () => (await firing()).length === 0);

  assert.deepEqual(before, []);
  assert.deepEqual(during, ['SoftStreamCaptureAway']);
});
