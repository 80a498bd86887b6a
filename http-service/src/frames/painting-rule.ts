// Who gets the "advance" form of the stream. Chromium paints a part only when the headers of the next one have ended
// (measured; its bug 527446): at 1 fps every frame would be seen a second late, and the last one never.

/** Chromium and all that is built on it. Chrome on iOS says CriOS, and is WebKit: it does not need it. */
const CHROMIUM = /\b(?:Chrome|Chromium|HeadlessChrome|Edg|EdgA|OPR)\//;

/** @param advance the parameter of that name: '1' and '0' decide, anything else leaves it to the User-Agent */
export function wantsAdvance(userAgent: string | undefined, advance: string | undefined): boolean {
  if (advance === '1') return true;
  if (advance === '0') return false;
  return userAgent !== undefined && CHROMIUM.test(userAgent);
}
