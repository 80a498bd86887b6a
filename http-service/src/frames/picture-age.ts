// Is the newest frame still live? Judged by its own capture time alone, whatever anybody says about the camera.

/** No frame may look live longer than this, unless the camera is slower by itself. */
const LIVE_FOR_MS = 1_500;
const LIVE_FOR_FRAMES = 3;

/** @param fps frames a second that the camera was asked for. @returns ms after its capture until which a frame is live */
export function liveForMs(fps: number): number {
  return Math.max(LIVE_FOR_MS, (LIVE_FOR_FRAMES * 1000) / fps);
}

/** An age for people: `2 s`, `3 min`, `5 h`, `2 days`. @param ageMs 0 or more */
export function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
