// What Prometheus may know of the videos of one camera; there only where video is switched on.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { VideoMonitor } from '../status/video-monitor.ts';

type Read = (video: VideoMonitor) => number | Readonly<Record<string, number>>;

const METRICS: readonly (readonly [name: string, help: string, read: Read, label?: string])[] = [
  ['viewers', 'Videos open on this camera (also among soft_stream_viewers).', ({ viewerCount }) => viewerCount],
  ['sessions_opened_total', 'Video sessions opened.', ({ counters }) => counters.opened],
  [
    'sessions_connected_total',
    'Video sessions that came as far as a connection.',
    ({ counters }) => counters.connected,
  ],
  ['sessions_ended_total', 'Video sessions ended, by reason.', ({ counters }) => counters.ended, 'reason'],
  ['sessions_refused_total', 'Video sessions refused: too many viewers.', ({ counters }) => counters.refused],
  ['frames_encoded_total', 'Pictures encoded as H.264.', ({ counters }) => counters.frames],
  ['encoded_bytes_total', 'Bytes of H.264 encoded.', ({ counters }) => counters.bytes],
  [
    'frames_dropped_total',
    'Pictures replaced by a newer one before they were encoded.',
    ({ counters }) => counters.dropped,
  ],
  [
    'encoder_restarts_total',
    'Encoders that ended or hung and were started again.',
    ({ counters }) => counters.encoderProblems,
  ],
];

export function registerVideoMetrics(registry: Registry, camera: string, video: VideoMonitor): void {
  if (!video.isOn) return;
  for (const [name, help, read, label] of METRICS) {
    const options = {
      name: `soft_stream_video_${name}`,
      help,
      labelNames: label === undefined ? ['camera'] : ['camera', label],
      registers: [registry],
    };
    const samples = () => {
      const value = read(video);
      return typeof value === 'number'
        ? [{ labels: { camera }, value }]
        : Object.entries(value).map(([key, each]) => ({ labels: { camera, [label ?? '']: key }, value: each }));
    };
    if (name.endsWith('_total')) {
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const { labels, value } of samples()) this.inc(labels, value);
        },
      });
    } else {
      new Gauge({
        ...options,
        collect() {
          for (const { labels, value } of samples()) this.set(labels, value);
        },
      });
    }
  }
}
