// The USB cameras that are there, next to what is configured, with lines ready to paste.

import type { SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { describeSize, lacksMjpeg, largestMjpegSize, mjpegSizes, type OfferedFormat } from './formats.ts';
import type { V4l2Host } from './host.ts';
import type { VideoDevice } from './read-devices.ts';
import { describeHolders, whoUses } from './who-uses.ts';

export async function describeUsbCameras(
  host: V4l2Host,
  cameras: readonly CameraConfig[],
  signal: AbortSignal,
): Promise<SeenCamera[]> {
  const served = new Map<string, string>();
  for (const config of cameras.filter((each) => each.driver === 'v4l2')) {
    const device = findQuietly(host, config);
    if (device) served.set(device.name, config.camera);
  }
  const listed = host.cameras();
  // A node that is no camera's first, or none of a USB camera, may still be configured.
  const others = cameras.flatMap((config) => (config.driver === 'v4l2' ? (findQuietly(host, config) ?? []) : []));
  const all = [...listed, ...others.filter(({ name }) => !listed.some((each) => each.name === name))];
  const taken = new Set(cameras.map((each) => each.number));
  const nextFree = () => {
    let number = 0;
    while (taken.has(number)) number++;
    taken.add(number);
    return `cam${number}`;
  };
  const described: SeenCamera[] = [];
  for (const [index, device] of all.entries()) {
    const camera = served.get(device.name) ?? null;
    const offered = await host.formatsOf(device, signal);
    const id = host.idOf(device);
    const facts = await factsOf(host, device, offered);
    const largest = largestMjpegSize(offered);
    described.push({
      index,
      id,
      model: device.model,
      width: largest?.width ?? null,
      height: largest?.height ?? null,
      modes: [facts, ...mjpegSizes(offered).map((size) => `MJPEG ${describeSize(size)}`)],
      camera,
      idLine: `${camera ?? nextFree()}_id=${id}`,
      driver: 'v4l2',
    });
  }
  return described;
}

/** `/dev/video0, USB 480 Mbit/s, YUYV only, in use by cam0` */
async function factsOf(host: V4l2Host, device: VideoDevice, offered: readonly OfferedFormat[]): Promise<string> {
  const { node, usb } = device;
  const own = [...host.running].find((each) => each.device.name === device.name);
  const holders = own === undefined ? await whoUses(node) : [];
  const user = own?.camera ?? (holders.length > 0 ? describeHolders(holders) : undefined);
  return [
    node,
    usb === undefined ? 'not USB' : `USB${usb.speedMbps === undefined ? '' : ` ${usb.speedMbps} Mbit/s`}`,
    lacksMjpeg(offered),
    user === undefined ? undefined : `in use by ${user}`,
  ]
    .filter((fact) => fact !== undefined)
    .join(', ');
}

function findQuietly(host: V4l2Host, config: CameraConfig): VideoDevice | undefined {
  try {
    return host.find(config);
  } catch {
    // ERR_AMBIGUOUS_CAMERA: its own start says so
    return undefined;
  }
}
