// What Prometheus may know of one camera. Everything that counts per frame or per viewer is a plain number elsewhere and
// only read at the scrape; label values come from closed sets, so that no input can grow the number of series.

import {
  AUTOFOCUS_STATES,
  CAMERA_STATES,
  type CameraStatus,
  RESTART_CAUSES,
  type RestartCause,
  restartKind,
} from '@soft-stream/shared/api/camera-status';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import type { StreamCounters } from '../status/counters.ts';
import type { PortalStatus } from '../status/portal-status.ts';

const CAPTURE_DROP_REASONS = ['too large', 'garbage', 'held back'] as const;
const FOCUS_RESULTS = ['focused', 'failed', 'timeout'] as const;

interface Source {
  readonly status: PortalStatus;
  readonly counters: StreamCounters;
  readonly focusResults: Readonly<Record<string, number>>;
}

/** Value by label value; `''` where the metric has no label besides the camera. */
type Values = Readonly<Record<string, number>>;

interface Label {
  readonly name: string;
  /** a second label that follows from the value of the first */
  readonly also?: { readonly name: string; of(value: string): string };
}

interface Metric {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly label?: Label;
  read(source: Source): Values;
}

export const CAMERA_METRICS: readonly Metric[] = [
  gauge('capture_up', 'Whether capture-service is reachable (1) or not (0).', ({ status }) =>
    one(status.captureReachable),
  ),
  gauge(
    'camera_state',
    'The state of the camera: 1 for the one it is in.',
    ({ status }) => oneHot(CAMERA_STATES, status.state),
    'state',
  ),
  gauge('frame_rate_hertz', 'Frames per second the camera delivers, measured.', ({ status }) => only(status.fps)),
  gauge('viewers', 'Streams open on this camera in this process.', ({ status }) => only(status.http.viewers)),
  gauge('leases', 'Connections that keep the camera on.', ({ status }) => only(status.leases)),
  counter('frames_published_total', 'Frames the camera published to shared memory.', ({ status }) =>
    only(status.frames.published),
  ),
  counter('published_bytes_total', 'Bytes of those frames.', ({ status }) => only(status.frames.bytes)),
  counter('capture_frames_dropped_total', 'Frames not published, by reason.', captureDrops, 'reason'),
  counter(
    'frames_delivered_total',
    'Pictures handed to viewers, by kind.',
    ({ counters }) => ({ ...counters.delivered }),
    'kind',
  ),
  counter('sent_bytes_total', 'Bytes of stream handed to viewers.', ({ counters }) => only(counters.bytesSent)),
  counter(
    'frames_dropped_total',
    'Frames not handed to a viewer: it was busy with the last, asked for fewer, or the frame was gone.',
    ({ counters }) => ({ ...counters.dropped, missed: counters.framesMissed }),
    'reason',
  ),
  counter('viewers_opened_total', 'Streams opened.', ({ counters }) => only(counters.viewersOpened)),
  counter(
    'viewers_refused_total',
    'Streams refused, by reason.',
    ({ counters }) => ({ ...counters.viewersRefused }),
    'reason',
  ),
  counter('viewers_stuck_total', 'Streams ended because the viewer took nothing for too long.', ({ counters }) =>
    only(counters.viewersStuck),
  ),
  counter(
    'snapshots_total',
    'Snapshots answered, by where the picture came from.',
    ({ counters }) => ({ ...counters.snapshots }),
    'result',
  ),
  counter(
    'stills_total',
    'Stills taken by the camera.',
    ({ status }) => ({ taken: status.stills.taken, failed: status.stills.failed }),
    'result',
  ),
  counter(
    'restarts_total',
    'Restarts of the camera, by cause; kind tells what somebody asked for from what failed.',
    restarts,
    'cause',
    { name: 'kind', of: (cause) => restartKind(cause as RestartCause) },
  ),
  counter(
    'camera_starts_total',
    'Camera opened for a stream: at once where it was last seen (skipped), after listing the cameras (done), or both (corrected).',
    starts,
    'listing',
  ),
  gauge('autofocus_state', 'The state of the autofocus: 1 for the one it is in.', focusState, 'state'),
  gauge('autofocus_lens_position_dioptres', 'Where the lens is, in 1/m.', ({ status }) =>
    maybe(status.autofocus?.lensPosition),
  ),
  counter(
    'autofocus_cycles_total',
    'Focus cycles that ended while this process looked, by result.',
    ({ focusResults }) => focusResults,
    'result',
  ),
  gauge('shared_memory_bytes', 'Size of the shared memory that carries the frames.', ({ status }) =>
    only(status.object.byteLength),
  ),
];

/** Registers all of the above; they read what `source` says at the time of the scrape. */
export function registerCameraMetrics(registry: Registry, camera: string, source: () => Source): void {
  for (const metric of CAMERA_METRICS) {
    const options = {
      name: `soft_stream_${metric.name}`,
      help: metric.help,
      labelNames: ['camera', ...labelNames(metric)],
      registers: [registry],
    };
    const entries = () =>
      Object.entries(metric.read(source())).map(([value, number]) => {
        return { number, labels: { camera, ...labelsOf(metric, value) } };
      });
    if (metric.kind === 'gauge') {
      new Gauge({
        ...options,
        collect() {
          this.reset();
          for (const { labels, number } of entries()) this.set(labels, number);
        },
      });
    } else {
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const { labels, number } of entries()) this.inc(labels, number);
        },
      });
    }
  }
}

export interface FocusCounts {
  readonly results: Readonly<Record<(typeof FOCUS_RESULTS)[number], number>>;
  /** Counts no more. */
  stop(): void;
}

/** Counts focus cycles as the status tells them: capture says how the last one ended, not how many there were. */
export function countFocusResults(monitor: CameraMonitor): FocusCounts {
  const results = { focused: 0, failed: 0, timeout: 0 };
  let wasScanning = monitor.status().autofocus?.state === 'scanning';
  const stop = monitor.onStatus(({ autofocus }) => {
    const isScanning = autofocus?.state === 'scanning';
    if (wasScanning && !isScanning && autofocus?.lastResult) results[autofocus.lastResult]++;
    wasScanning = isScanning;
  });
  return { results, stop };
}

function labelNames({ label }: Metric): string[] {
  return label === undefined ? [] : [label.name, ...(label.also === undefined ? [] : [label.also.name])];
}

function labelsOf({ label }: Metric, value: string): Record<string, string> {
  if (label === undefined) return {};
  const { name, also } = label;
  return { [name]: value, ...(also === undefined ? {} : { [also.name]: also.of(value) }) };
}

function counter(
  name: string,
  help: string,
  read: Metric['read'],
  label?: string,
  also?: NonNullable<Label['also']>,
): Metric {
  return { kind: 'counter', name, help, read, ...labelled(label, also) };
}

function gauge(name: string, help: string, read: Metric['read'], label?: string): Metric {
  return { kind: 'gauge', name, help, read, ...labelled(label) };
}

function labelled(name: string | undefined, also?: Label['also']): Pick<Metric, 'label'> {
  return name === undefined ? {} : { label: { name, ...(also === undefined ? {} : { also }) } };
}

function only(value: number): Values {
  return { '': value };
}

function one(isTrue: boolean): Values {
  return only(isTrue ? 1 : 0);
}

function maybe(value: number | null | undefined): Values {
  return value === null || value === undefined ? {} : only(value);
}

function oneHot(all: readonly string[], current: string | undefined): Values {
  return Object.fromEntries(all.map((each) => [each, each === current ? 1 : 0]));
}

function focusState({ status }: Source): Values {
  return status.autofocus === null ? {} : oneHot(AUTOFOCUS_STATES, status.autofocus.state);
}

function starts({ status }: Source): Values {
  const { total, withoutListing, corrected } = status.starts;
  return { skipped: withoutListing - corrected, done: total - withoutListing, corrected };
}

function restarts({ status }: Source): Values {
  return Object.fromEntries(RESTART_CAUSES.map((cause) => [cause, status.restarts.byCause[cause] ?? 0]));
}

/** Reasons that this version does not know are counted together. */
function captureDrops({ status }: { readonly status: CameraStatus }): Values {
  const values: Record<string, number> = { other: 0 };
  for (const reason of CAPTURE_DROP_REASONS) values[reason] = 0;
  for (const [reason, count] of Object.entries(status.frames.dropped)) {
    const label = reason in values ? reason : 'other';
    values[label] = (values[label] ?? 0) + count;
  }
  return values;
}
