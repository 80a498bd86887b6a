// `--list-cameras`: the same text from all programs, on stdout, exit 0 also for none. It acquires each camera in turn.

import { release, tryAcquire } from './camera-lock.ts';
import { currentWorld, failWith, sleep, worldFolder } from './program.ts';
import { camerasInOrder, type StandinCamera, writeWorld } from './world.ts';

const HOLD_MS = 30;

export async function listCameras(): Promise<never> {
  const world = currentWorld();
  if (world.listing === 'fails') failWith('camera manager failed to start, code 19');
  if (world.listing === 'hangs') await new Promise(() => setInterval(() => undefined, 60_000));
  const cameras = camerasInOrder(world);
  if (cameras.length === 0) process.stdout.write('No cameras available!\n');
  else {
    let text = 'Available cameras\n-----------------\n';
    for (const [index, camera] of cameras.entries()) {
      const lock = await tryAcquire(camera.id);
      await sleep(HOLD_MS * world.timeScale);
      text += describe(index, camera, lock === undefined);
      if (lock) await release(lock);
    }
    process.stdout.write(text);
    const { vanishesAfterListing: gone, ...rest } = currentWorld();
    if (gone !== undefined) {
      const cameras = rest.cameras.map((each) => (each.model === gone ? { ...each, connected: false } : each));
      writeWorld(worldFolder, { ...rest, cameras });
    }
  }
  process.exit(0);
}

/** A camera that streams meanwhile is listed with the same wrong rate for every mode. */
function describe(index: number, camera: StandinCamera, busy: boolean): string {
  const head = `${index} : ${camera.model} [${camera.width}x${camera.height} 10-bit RGGB] (${camera.id})\n`;
  const modes = camera.modes.map((mode, at) => {
    const text = busy ? mode.replace(/\[[\d.]+ fps/, '[30.00 fps') : mode;
    return at === 0 ? `    Modes: 'SRGGB10_CSI2P' : ${text}\n` : `                             ${text}\n`;
  });
  return `${head}${modes.join('')}\n`;
}
