// The `v4l2` driver: a USB camera (UVC) through v4l2-ctl, which hands on the JPEGs that the camera makes.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Logger } from 'pino';
import type { CameraDriver } from '../driver.ts';
import { listControls, setControls } from './controls/controls.ts';
import type { V4l2Host } from './devices/host.ts';
import type { VideoDevice } from './devices/read-devices.ts';
import { captureStill } from './still.ts';
import { startStream } from './stream.ts';

/** A camera that wakes up, sets exposure and fills its first buffers. */
const FIRST_FRAME_MS = 10_000;
/** In the dark a camera halves its rate, and again: slow is not silent. */
const SILENT_INTERVALS = 10;

/** @param host shared by all USB cameras of this machine */
export function createV4l2Driver(host: V4l2Host, config: CameraConfig, log: Logger): CameraDriver {
  host.register(config);
  let advised: string | undefined;
  let toldCost = false;
  let toldRefusals = '';

  const adviseId = (device: VideoDevice) => {
    const isNode = config.id?.startsWith('/dev/video') ?? false;
    const id = host.idOf(device);
    if ((config.id !== undefined && !isNode) || advised === id) return;
    advised = id;
    const how = isNode ? 'its node' : 'its place in the list';
    const facts = { node: device.node, idLine: `${config.camera}_id=${id}` };
    log.warn(facts, `camera selected by ${how}, which changes when cameras are plugged: set its id instead`);
  };

  /** Unset by the camera at every plug, and by any program in between. */
  const applyControls = async ({ node }: VideoDevice, signal: AbortSignal) => {
    if (config.v4l2.controls.length === 0) return;
    const { set, refused } = await setControls(host, node, config.v4l2.controls, signal);
    log.debug({ set }, 'controls set');
    const text = refused.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
    if (text !== '' && text !== toldRefusals) log.warn({ reason: text }, 'controls that could not be set');
    toldRefusals = text;
  };

  const found = (): VideoDevice => {
    const device = host.find(config);
    if (device !== undefined) return device;
    throw new Error(`${config.camera} not found`);
  };

  return {
    kind: 'v4l2',
    // Not known of every camera: one that removes the noise may well repeat a frame.
    traits: { frameSize: 'nearest', framesDiffer: false },
    patience: { firstFrameMs: FIRST_FRAME_MS, betweenFramesMs: (SILENT_INTERVALS * 1_000) / config.fps },
    async locate() {
      const device = host.find(config);
      if (device === undefined) return undefined;
      adviseId(device);
      const index = host.cameras().findIndex(({ name }) => name === device.name);
      return { id: host.idOf(device), model: device.model, index: Math.max(0, index) };
    },
    async openStream(_located, events, signal) {
      const device = found();
      await applyControls(device, signal);
      signal.throwIfAborted();
      if (config.v4l2.format === 'yuyv' && !toldCost) {
        toldCost = true;
        log.warn('this camera is encoded here by ffmpeg: about 6 ms of CPU for a frame of 1280x720 on a fast core');
      }
      const { width, height, fps } = config;
      return startStream({
        ...{ host, config, device, asked: { width, height, fps }, events, log },
        onCut: tellOnce(log),
      });
    },
    async captureStill(_located, request) {
      const device = found();
      await applyControls(device, request.signal);
      return captureStill({ host, config, device, request, log });
    },
    controls: {
      list: async (signal) => listControls(host, found().node, signal),
      set: async (values, signal) => setControls(host, found().node, values, signal),
    },
  };
}

function tellOnce(log: Logger): () => void {
  let isTold = false;
  return () => {
    if (!isTold) log.info('camera leaves out the end of frames (EOI): they are completed');
    isTold = true;
  };
}
