// Who gets the "advance" form of the stream. Chromium paints a part only when the headers of the next one have ended
// (measured; its bug 527446): at 1 fps every frame would be seen a second late, and the last one never.

import type { IncomingHttpHeaders } from 'node:http';

/** Chromium and all that is built on it. Chrome on iOS says CriOS, and is WebKit: it does not need it. */
const CHROMIUM = /\b(?:Chrome|Chromium|HeadlessChrome|Edg|EdgA|OPR)\//;

/** @param advance the parameter of that name: '1' and '0' decide, anything else leaves it to the headers */
export function wantsAdvance(headers: IncomingHttpHeaders, advance: string | undefined): boolean {
  if (advance === '1') return true;
  if (advance === '0') return false;
  const userAgent = headers['user-agent'];
  return userAgent !== undefined && CHROMIUM.test(userAgent) && !isReadByScript(headers);
}

/**
 * A script in a page that fetches the stream paints by itself, and Mainsail's needs the Content-Length that the advance
 * form leaves out. fetch accepts anything, where an image asks for images; and it says which page it comes from.
 */
function isReadByScript({ accept, origin, referer, ...others }: IncomingHttpHeaders): boolean {
  return accept === '*/*' && (origin !== undefined || referer !== undefined || others['sec-fetch-dest'] === 'empty');
}
