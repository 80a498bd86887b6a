// `/metrics`: Prometheus text of this camera and this process.

import type Router from '@koa/router';
import { Gauge, Registry } from 'prom-client';
import { countFocusResults, registerCameraMetrics } from '../metrics/camera-metrics.ts';
import { registerDurationMetrics } from '../metrics/duration-metrics.ts';
import { registerProcessMetrics } from '../metrics/process-metrics.ts';
import { registerSharedMemoryMetrics } from '../metrics/shared-memory-metrics.ts';
import { registerVideoMetrics } from '../metrics/video-metrics.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';

/** @returns stops listening to the camera */
export function registerMetrics(router: Router, monitor: CameraMonitor): () => void {
  const registry = new Registry();
  const { results: focusResults, stop: stopCounting } = countFocusResults(monitor);
  let status = monitor.status();
  registerCameraMetrics(registry, monitor.config.camera, () => ({ status, counters: monitor.counters, focusResults }));
  const stopObserving = registerDurationMetrics(registry, monitor);
  registerVideoMetrics(registry, monitor.config.camera, monitor.video);
  registerSharedMemoryMetrics(registry);
  registerProcessMetrics(registry);
  new Gauge({
    name: 'soft_stream_build_info',
    help: 'Version of the service; always 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: status.http.version, node: process.version }, 1);

  router.get('/metrics', async (context) => {
    status = await monitor.freshStatus();
    context.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
    context.body = await registry.metrics();
  });
  return () => {
    stopCounting();
    stopObserving();
  };
}
