// One running stream of a USB camera: what the program writes becomes frames, its end one event with the real reason.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { createJpegSplitter } from '@soft-stream/shared/mjpeg/jpeg-splitter';
import { sleep } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { type ChildEnd, startChild } from '../child-process/child.ts';
import { openOutputSocket } from '../child-process/output-socket.ts';
import { processState, STALLED_GRACE_MS, stopChild } from '../child-process/stop-ladder.ts';
import type { DriverFrame, OpenStream, StopResult, StreamEnd, StreamEvents } from '../driver.ts';
import { lacksMjpeg } from './devices/formats.ts';
import type { V4l2Host } from './devices/host.ts';
import type { VideoDevice } from './devices/read-devices.ts';
import { describeHolders, whoUses } from './devices/who-uses.ts';
import { explainEnd, namesReason, noMjpeg } from './failure.ts';
import { createJpegReader } from './frames/camera-jpeg.ts';
import { createHeaderSplitter } from './frames/header-splitter.ts';
import { type Asked, encodeArguments, probeArguments, streamArguments } from './process/arguments.ts';
import { runV4l2Ctl } from './process/run-tool.ts';
import { createSpokenText } from './process/spoken-text.ts';

export interface StreamOptions {
  readonly host: V4l2Host;
  readonly config: CameraConfig;
  readonly device: VideoDevice;
  /** size and rate to ask for */
  readonly asked: Asked;
  readonly events: StreamEvents;
  readonly log: Logger;
  /** a frame whose end was missing, before it is passed on completed */
  readonly onCut?: () => void;
}

/** Both programs end at SIGINT: v4l2-ctl in 1 ms, ffmpeg in 50 (four times that in a stall). */
const GENTLE_MS = 300;
/** The kernel wakes the program a moment before sysfs forgets the camera. */
const SYSFS_LAG_MS = 500;
const SYSFS_STEP_MS = 25;

/** @throws what the system says when it has no more descriptors */
export async function startStream(options: StreamOptions): Promise<OpenStream> {
  const { host, config, device, asked, events, log } = options;
  const { clock, programs } = host;
  const isEncoding = config.v4l2.format === 'yuyv';
  const program = isEncoding ? 'ffmpeg' : 'v4l2-ctl';
  const spoken = createSpokenText();
  const asking = new AbortController();
  let stopping: Promise<StopResult> | undefined;
  let knownEnd: StreamEnd | undefined;
  let lastFrameMs: number | undefined;

  const publish = (frame: DriverFrame) => {
    lastFrameMs = clock.monotonicMs();
    if (stopping === undefined) events.frame(frame);
  };
  const damaged = (what: string) => {
    if (stopping === undefined) events.trouble('garbage', what);
    if (lastFrameMs === undefined) void checkFormats();
  };
  /** A camera without MJPEG streams something else without a word. */
  let isChecked = false;
  const checkFormats = async () => {
    if (isChecked || isEncoding) return;
    isChecked = true;
    const offered = lacksMjpeg(await host.formatsOf(device, asking.signal).catch(() => []));
    if (offered !== undefined) giveUp(noMjpeg(config.camera, offered));
  };
  const giveUp = (end: StreamEnd) => {
    knownEnd ??= end;
    void stop();
  };

  const frames = isEncoding
    ? encodedFrames(asked, clock, publish, damaged)
    : cameraFrames({ asked, clock, publish, damaged, onText: spoken.push, onCut: options.onCut });
  const output = await openOutputSocket((chunk) => frames.push(chunk));
  const args = isEncoding
    ? encodeArguments(device.node, asked, config.quality)
    : ['-o0', programs.v4l2Ctl, ...streamArguments(device.node, asked)];
  const child = startChild({
    program: isEncoding ? (programs.ffmpeg ?? 'ffmpeg') : programs.stdbuf,
    args,
    env: programs.env,
    setpriv: programs.setpriv,
    clock,
    stdout: output,
    onStderr: spoken.push,
  });
  const { pid } = child;
  const running = { camera: config.camera, device, end: giveUp };
  host.running.add(running);
  log.debug({ pid, args }, `${program} started`);

  const explain = async (how: ChildEnd): Promise<StreamEnd> => {
    const said = spoken.text();
    for (let waitedMs = 0; /No such device/.test(said) && waitedMs < SYSFS_LAG_MS; waitedMs += SYSFS_STEP_MS) {
      if (host.presenceOf(device) !== 'there') break;
      await sleep(clock, SYSFS_STEP_MS, asking.signal);
    }
    const presence = host.presenceOf(device);
    const isSilent = presence === 'there' && lastFrameMs === undefined && !isEncoding && !namesReason(said);
    const probe = isSilent ? await runV4l2Ctl(host, probeArguments(device.node, asked), asking.signal) : undefined;
    const probed = probe && `${probe.stdout}\n${probe.stderr}`;
    const isBusy = /Device or resource busy/.test(`${said}${probed}`);
    const holders = isBusy ? describeHolders(await whoUses(device.node)) : '';
    const { node } = device;
    const { camera } = config;
    const neighbours = neighboursOf(host, camera, device);
    return explainEnd({ program, said, probed, ...how, presence, node, camera, asked, holders, neighbours });
  };

  const finished = child.ended.then(async (how) => {
    host.running.delete(running);
    const { exitCode, signal } = how;
    const stopped: StreamEnd = { cause: 'child exited', message: 'stopped', cameraMissing: false };
    if (stopping === undefined) {
      const facts = { pid, exitCode, signal, said: spoken.text().slice(-500) };
      log.warn(facts, `${program} ended by itself`);
    } else log.debug({ pid, exitCode, signal }, `${program} stopped`);
    // Aborted by stop() on its way: nobody asks for the reason any more.
    const end = knownEnd ?? (stopping !== undefined ? stopped : await explain(how).catch(() => stopped));
    events.end(end);
  });

  const stop = (): Promise<StopResult> => {
    stopping ??= (async () => {
      asking.abort(new Error('the stream was stopped'));
      const silentMs = lastFrameMs === undefined ? 0 : clock.monotonicMs() - lastFrameMs;
      const isStalled = silentMs > Math.max(1_000, 3_000 / asked.fps);
      const result = await stopChild(child, { clock, gentleMs: isStalled ? STALLED_GRACE_MS : GENTLE_MS });
      if (result.stuckInKernel) {
        log.error({ pid, state: processState(pid) }, `${program} cannot be killed: reboot needed`);
      } else await finished;
      return result;
    })();
    return stopping;
  };

  return { pid, stop };
}

function neighboursOf(host: V4l2Host, camera: string, { usb }: VideoDevice): string {
  const others = [...host.running].filter((each) => each.camera !== camera && each.device.usb?.bus === usb?.bus);
  return others.map((each) => `${each.camera} (${each.device.model})`).join(', ');
}

interface Frames {
  push(chunk: Uint8Array): void;
}

/** No MJPEG frame takes more than its raw picture. */
function maxFrameBytes({ width, height }: Asked): number {
  return Math.max(8 * 1024 * 1024, 4 * width * height);
}

function encodedFrames(
  asked: Asked,
  clock: V4l2Host['clock'],
  publish: (frame: DriverFrame) => void,
  damaged: (what: string) => void,
): Frames {
  return createJpegSplitter({
    maxFrameBytes: maxFrameBytes(asked),
    now: () => ({ monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() }),
    onFrame: (jpeg, size, times) => publish({ jpeg, ...size, ...times }),
    onGarbage: (byteLength) => damaged(`${byteLength} bytes that are not JPEG`),
  });
}

function cameraFrames(options: {
  readonly asked: Asked;
  readonly clock: V4l2Host['clock'];
  publish(frame: DriverFrame): void;
  damaged(what: string): void;
  onText(bytes: Uint8Array): void;
  readonly onCut: (() => void) | undefined;
}): Frames {
  const { asked, clock, publish, damaged, onText, onCut } = options;
  const read = createJpegReader();
  let hasBegun = false;
  return createHeaderSplitter({
    maxPayloadBytes: maxFrameBytes(asked),
    now: () => ({ monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() }),
    onPayload(payload, times) {
      hasBegun = true;
      const frame = read(payload);
      if ('damage' in frame) return damaged(`a frame of ${payload.byteLength} bytes was dropped: ${frame.damage}`);
      if (frame.isCut) onCut?.();
      publish({ jpeg: frame.jpeg, width: frame.width, height: frame.height, ...times });
    },
    onOther(bytes) {
      if (!hasBegun) onText(bytes);
      else damaged(`${bytes.byteLength} bytes between frames`);
    },
  });
}
