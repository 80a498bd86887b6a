// From `--camera INDEX` to a camera that is ours, with the texts and codes of every way that can go wrong.

import type { Server } from 'node:net';
import { tryAcquire } from './camera-lock.ts';
import type { Options } from './options.ts';
import { currentWorld, failWith, libcameraSays } from './program.ts';
import { camerasInOrder, type StandinCamera } from './world.ts';

export async function openCamera(options: Options): Promise<{ camera: StandinCamera; lock: Server }> {
  const cameras = camerasInOrder(currentWorld());
  if (cameras.length === 0) failWith('no cameras available');
  const camera = cameras[Number(options.get('camera') ?? 0)];
  if (!camera) failWith('selected camera is not available');
  libcameraSays('INFO', 'Camera camera_manager.cpp:340 libcamera v0.7.1');
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
