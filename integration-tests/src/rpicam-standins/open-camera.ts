// From `--camera INDEX` to a camera that is ours, with the texts and codes of every way that can go wrong.

import type { Server } from 'node:net';
import { tryAcquire } from './camera-lock.ts';
import type { Options } from './options.ts';
import { currentWorld, failWith, libcameraSays, say } from './program.ts';
import { camerasInOrder, type StandinCamera } from './world.ts';

export async function openCamera(options: Options): Promise<{ camera: StandinCamera; lock: Server }> {
  const cameras = camerasInOrder(currentWorld());
  if (cameras.length === 0) failWith('no cameras available');
  const camera = cameras[Number(options.get('camera') ?? 0)];
  if (!camera) failWith('selected camera is not available');
  libcameraSays('INFO', 'Camera camera_manager.cpp:340 libcamera v0.7.1');
  if (camera.faults.openFails) failToOpen(camera.faults.openFails);
  const lock = camera.faults.acquireFails ? undefined : await tryAcquire(camera.id);
  if (!lock) {
    libcameraSays('INFO', 'Camera camera.cpp:1032 Pipeline handler in use by another process');
    await new Promise((resolve) => setTimeout(resolve, 100));
    failWith(`failed to acquire camera ${camera.id}`);
  }
  return { camera, lock };
}

/** The faults of a camera right now; unplugged while open looks like a sensor that stopped. */
export function faultsOf(camera: StandinCamera): StandinCamera['faults'] {
  const now = currentWorld().cameras.find((each) => each.id === camera.id);
  if (!now?.connected) return { deviceTimeout: true };
  return now.faults;
}

/** Rows of the failure table (rpicam-apps 1.12.0): what is said before the exit with 255. */
function failToOpen(how: NonNullable<StandinCamera['faults']['openFails']>): never {
  switch (how) {
    case 'no dma heap':
      libcameraSays('ERROR', 'DmaBufAllocator dma_buf_allocator.cpp:120 Could not open any dmaHeap device');
      say('dmaHeap allocation failure for rpicam-apps0');
      return failWith('failed to allocate capture buffers for stream');
    case 'no memory':
      libcameraSays(
        'ERROR',
        'V4L2 v4l2_videodevice.cpp:1314 /dev/video4[14:cap]: Unable to request 4 buffers: Out of memory',
      );
      say('dmaHeap allocation failure for rpicam-apps0');
      return failWith('failed to allocate capture buffers for stream');
    case 'no Pi':
      say('ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.');
      return process.exit(255);
    case 'codec':
      return failWith('unrecognised codec foo');
    case 'no cameras':
      return failWith('no cameras available');
    case 'index out of range':
      return failWith('selected camera is not available');
  }
}
