// Is the newest frame still live? Judged by its own capture time alone, whatever anybody says about the camera.

/** No frame may look live longer than this, unless the camera is slower by itself. */
const LIVE_FOR_MS = 1_500;
const LIVE_FOR_FRAMES = 3;

/** @param fps frames a second that the camera was asked for. @returns ms after its capture until which a frame is live */
export function liveForMs(fps: number): number {
  return Math.max(LIVE_FOR_MS, (LIVE_FOR_FRAMES * 1000) / fps);
}
