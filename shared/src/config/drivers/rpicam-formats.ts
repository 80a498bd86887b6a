// What rpicam-apps accept for the options that have a setting of their own. A value that rpicam-vid would refuse (or
// quietly ignore) is found at the start, with the key named, and not at the first viewer.

import { decimal, type Format, integer, oneOf } from '../formats/formats.ts';

/** Whether two ids name one camera: they are equal, or one is the tail of the other. */
export function isSameCameraId(a: string, b: string): boolean {
  const tail = (id: string) => `/${id.replace(/^\/+/, '')}`;
  return tail(a).endsWith(tail(b)) || tail(b).endsWith(tail(a));
}

export const rotation: Format<0 | 180> = {
  allowed: '0 or 180',
  read: (text) => (text === '0' ? 0 : text === '180' ? 180 : undefined),
};

export const sensorMode: Format<string> = {
  allowed: 'a sensor mode W:H:BITS:P or W:H:BITS:U as rpicam-hello --list-cameras shows them, such as 2304:1296:10:P',
  read(text) {
    const match = /^([1-9]\d{1,4}):([1-9]\d{1,4})(:(8|10|12|14|16)(:[PUpu])?)?$/.exec(text);
    return match === null ? undefined : text;
  },
};

/** `x,y,w,h` as fractions of the sensor's width and height, inside it and not empty. */
export const region: Format<string> = {
  allowed: 'x,y,width,height as fractions from 0 to 1 that stay inside the picture, such as 0.25,0.25,0.5,0.5',
  read(text) {
    const parts = text.split(',').map((part) => decimal(0, 1).read(part));
    const [x, y, width, height] = parts;
    if (parts.length !== 4 || x === undefined || y === undefined || !width || !height) return undefined;
    return x + width <= 1.000001 && y + height <= 1.000001 ? text : undefined;
  },
};

/** The longest shutter time of a Raspberry Pi camera: 670.74 s (HQ Camera). */
const LONGEST_SHUTTER_US = 670_740_000;

export const exposure: Format<string> = {
  allowed: `normal, sport, long, or a shutter time in microseconds from 1 to ${LONGEST_SHUTTER_US}`,
  read(text) {
    const isMode = text === 'normal' || text === 'sport' || text === 'long';
    return isMode || integer(1, LONGEST_SHUTTER_US).read(text) !== undefined ? text : undefined;
  },
};

/** Dioptres; a lens clamps to its own range, so the bound only keeps out typing errors. */
export const lensPosition: Format<string> = {
  allowed: 'default, or dioptres from 0 (infinity) to 32',
  read: (text) => (text === 'default' || decimal(0, 32).read(text) !== undefined ? text : undefined),
};

export const AWB_MODES = [
  'auto',
  'incandescent',
  'tungsten',
  'fluorescent',
  'indoor',
  'daylight',
  'cloudy',
  'custom',
] as const;
/** A mode as --awb, or the gains of red and blue as --awbgains. */
export const whiteBalance: Format<string> = {
  allowed: `${oneOf(...AWB_MODES).allowed}, or the gains of red and blue, such as 1.8,1.6`,
  read(text) {
    const gains = text.split(',').map((part) => decimal(0, 32).read(part));
    const areGains = gains.length === 2 && gains.every((gain) => gain !== undefined);
    return areGains || oneOf(...AWB_MODES).read(text) !== undefined ? text : undefined;
  },
};

export const DENOISE_MODES = ['auto', 'off', 'cdn_off', 'cdn_fast', 'cdn_hq'] as const;
export const HDR_MODES = ['off', 'auto', 'sensor', 'single-exp'] as const;
