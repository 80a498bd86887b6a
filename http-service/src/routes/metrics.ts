// `/metrics`: Prometheus text of this camera and this process.

import type Router from '@koa/router';
import { Gauge, Registry } from 'prom-client';
import type { CameraView } from '../camera/camera-view.ts';
import { countFocusResults, registerCameraMetrics } from '../metrics/camera-metrics.ts';
import { registerDurationMetrics } from '../metrics/duration-metrics.ts';
import { registerProcessMetrics } from '../metrics/process-metrics.ts';
import { registerSharedMemoryMetrics } from '../metrics/shared-memory-metrics.ts';

export function registerMetrics(router: Router, view: CameraView): void {
  const registry = new Registry();
  const focusResults = countFocusResults(view);
  let status = view.status();
  registerCameraMetrics(registry, view.config.camera, () => ({ status, counters: view.counters, focusResults }));
  registerDurationMetrics(registry, view);
  registerSharedMemoryMetrics(registry);
  registerProcessMetrics(registry);
  new Gauge({
    name: 'soft_stream_build_info',
    help: 'Version of the service; always 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: status.http.version, node: process.version }, 1);

  router.get('/metrics', async (context) => {
    status = await view.freshStatus();
    context.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
    context.body = await registry.metrics();
  });
}
