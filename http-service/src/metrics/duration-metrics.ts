// The histograms: fed once per frame, per viewer that starts and per snapshot, never per viewer and frame.

import { Histogram, type Registry } from 'prom-client';
import type { CameraMonitor } from '../status/camera-monitor.ts';

/** Seconds. A frame is a few ms old when it leaves; a second means that something is wrong. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Seconds. A camera needs one or two to start, with focusing up to five. */
const START_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 13];

/** Counted together when somebody asks, or when there are so many: between two frames nearly all of it is cold again. */
const LATENCIES_AT_ONCE = 256;

/** @returns stops observing */
export function registerDurationMetrics(registry: Registry, monitor: CameraMonitor): () => void {
  const { camera } = monitor.config;
  const histogram = (name: string, help: string, buckets: number[], collect = () => {}) =>
    new Histogram({
      name: `soft_stream_${name}`,
      help,
      buckets,
      labelNames: ['camera'],
      registers: [registry],
      collect,
    }).labels(camera);

  const latencies: number[] = [];
  const countLatencies = () => {
    for (const seconds of latencies) frameLatency.observe(seconds);
    latencies.length = 0;
  };
  const frameLatency = histogram(
    'frame_latency_seconds',
    'From the capture of a frame to the moment it was handed to the viewers.',
    LATENCY_BUCKETS,
    countLatencies,
  );
  const firstFrame = histogram(
    'time_to_first_frame_seconds',
    "From a viewer's request to its first live picture.",
    START_BUCKETS,
  );
  const snapshot = histogram('snapshot_duration_seconds', "From a snapshot's request to its answer.", START_BUCKETS);
  return monitor.observe({
    frameLatency(seconds) {
      if (latencies.push(seconds) === LATENCIES_AT_ONCE) countLatencies();
    },
    firstFrame: (seconds) => firstFrame.observe(seconds),
    snapshot: (seconds) => snapshot.observe(seconds),
  });
}
