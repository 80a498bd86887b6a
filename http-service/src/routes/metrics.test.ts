import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAMERA_STATES, RESTART_CAUSES } from '@soft-stream/shared/api/camera-status';
import { CAMERA_METRICS } from '../metrics/camera-metrics.ts';
import { type SampleMonitor, sampleMonitor, sampleStatus } from '../testing/sample-monitor.ts';
import { serveRoutes } from '../testing/serve-routes.ts';
import { registerMetrics } from './metrics.ts';

const timeout = 10_000;

async function scrape(monitor: SampleMonitor): Promise<string> {
  await using served = await serveRoutes((router) => registerMetrics(router, monitor));
  return (await fetch(`${served.url}metrics`)).text();
}

test('what was counted is told, with the camera as a label', { timeout }, async () => {
  const text = await scrape(sampleMonitor());

  for (const line of [
    'soft_stream_capture_up{camera="cam0"} 1',
    'soft_stream_frames_published_total{camera="cam0"} 4711',
    'soft_stream_frames_delivered_total{camera="cam0",kind="live"} 100',
    'soft_stream_frames_dropped_total{camera="cam0",reason="busy"} 7',
    'soft_stream_frames_dropped_total{camera="cam0",reason="missed"} 1',
    'soft_stream_sent_bytes_total{camera="cam0"} 6000000',
    'soft_stream_viewers{camera="cam0"} 2',
    'soft_stream_restarts_total{camera="cam0",cause="stalled",kind="failed"} 2',
    'soft_stream_restarts_total{camera="cam0",cause="garbage",kind="failed"} 0',
    'soft_stream_snapshots_total{camera="cam0",result="still"} 2',
    'soft_stream_shared_memory_bytes{camera="cam0"} 12582912',
    'soft_stream_autofocus_lens_position_dioptres{camera="cam0"} 3.25',
  ])
    assert.ok(text.split('\n').includes(line), line);
  assert.match(text, /^soft_stream_shared_memory_filesystem_free_bytes \d+$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
  assert.match(text, /^soft_stream_build_info\{version="1\.0\.0",node="v[\d.]+"\} 1$/m);
});

test('a second scrape tells the same counters, not their sum', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerMetrics(router, monitor));
  await fetch(`${served.url}metrics`);

  const text = await (await fetch(`${served.url}metrics`)).text();

  assert.match(text, /^soft_stream_frames_published_total\{camera="cam0"\} 4711$/m);
});

test('the camera is in exactly one state', { timeout }, async () => {
  const monitor = sampleMonitor();
  monitor.set({ state: 'restarting' });

  const lines = (await scrape(monitor)).split('\n').filter((line) => line.startsWith('soft_stream_camera_state{'));

  assert.deepEqual(
    lines.filter((line) => line.endsWith(' 1')),
    ['soft_stream_camera_state{camera="cam0",state="restarting"} 1'],
  );
  assert.equal(lines.length, CAMERA_STATES.length);
});

test('labels come from closed sets, whatever capture says', { timeout }, async () => {
  const monitor = sampleMonitor();
  const dropped = Object.fromEntries(Array.from({ length: 50 }, (_, each) => [`reason ${each}`, 1]));
  monitor.set({ frames: { ...sampleStatus().frames, dropped } });

  const text = await scrape(monitor);

  assert.match(text, /capture_frames_dropped_total\{camera="cam0",reason="other"\} 50/);
  assert.doesNotMatch(text, /reason 7/);
  assert.equal(text.match(/^soft_stream_restarts_total\{/gm)?.length, RESTART_CAUSES.length);
});

test('a restart that somebody asked for is told from one that failed', { timeout }, async () => {
  const view = sampleMonitor();
  view.set({ restarts: { total: 6, failed: 2, byCause: { stalled: 2, operator: 3, 'full still': 1 } } });

  const text = await scrape(view);

  for (const [cause, kind, count] of [
    ['stalled', 'failed', 2],
    ['operator', 'asked', 3],
    ['full still', 'asked', 1],
    ['autofocus request', 'asked', 0],
  ] as const) {
    assert.ok(
      text.includes(`soft_stream_restarts_total{camera="cam0",cause="${cause}",kind="${kind}"} ${count}\n`),
      cause,
    );
  }
});

test('names and units follow the Prometheus conventions', () => {
  for (const { name, kind } of CAMERA_METRICS) {
    assert.match(name, /^[a-z_]+$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.doesNotMatch(name, /_ms$|_milliseconds|_kb$|_mb$|_fps$/);
  }
});

test('what frames and viewers took goes into histograms', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerMetrics(router, monitor));
  for (const observer of monitor.observers) {
    observer.frameLatency?.(0.004);
    observer.firstFrame?.(1.7);
    observer.snapshot?.(0.2);
  }

  const text = await (await fetch(`${served.url}metrics`)).text();

  assert.match(text, /^soft_stream_frame_latency_seconds_bucket\{le="0\.005",camera="cam0"\} 1$/m);
  assert.match(text, /^soft_stream_time_to_first_frame_seconds_sum\{camera="cam0"\} 1\.7$/m);
  assert.match(text, /^soft_stream_snapshot_duration_seconds_count\{camera="cam0"\} 1$/m);
});

test('a focus cycle is counted when it ends, by its result', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerMetrics(router, monitor));
  const autofocus = { lensPosition: 2, lastDurationMs: 900 };
  monitor.set({ autofocus: { ...autofocus, state: 'scanning', lastResult: null } });
  monitor.set({ autofocus: { ...autofocus, state: 'failed', lastResult: 'timeout' } });
  monitor.set({ fps: 12 });

  const text = await (await fetch(`${served.url}metrics`)).text();

  assert.match(text, /autofocus_cycles_total\{camera="cam0",result="timeout"\} 1/);
  assert.match(text, /autofocus_cycles_total\{camera="cam0",result="focused"\} 0/);
});
