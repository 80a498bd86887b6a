// Settings of the driver for CSI cameras: most are passed on to rpicam-vid and rpicam-still as they are.

import { absolutePath, decimal, oneOf, zeroOrOne } from '../formats/formats.ts';
import { setting } from '../formats/setting.ts';
import { driverSettings } from './driver-settings-module.ts';
import { extraArguments } from './rpicam-extra-args.ts';
import {
  DENOISE_MODES,
  exposure,
  HDR_MODES,
  isSameCameraId,
  lensPosition,
  region,
  rotation,
  sensorMode,
  whiteBalance,
} from './rpicam-formats.ts';

/** undefined = not given */
export interface RpicamSettings {
  readonly rotation: 0 | 180 | undefined;
  readonly hflip: boolean;
  readonly vflip: boolean;
  /** `W:H:BITS:P|U` */
  readonly mode: string | undefined;
  /** `x,y,w,h` as fractions */
  readonly roi: string | undefined;
  /** `normal`, `sport` or `long` as --exposure, or a shutter time in microseconds as --shutter */
  readonly exposure: string | undefined;
  readonly gain: number | undefined;
  readonly awb: string | undefined;
  readonly brightness: number | undefined;
  readonly contrast: number | undefined;
  readonly sharpness: number | undefined;
  readonly saturation: number | undefined;
  readonly denoise: string | undefined;
  readonly hdr: string | undefined;
  readonly tuningFile: string | undefined;
  /** default `full`, as the replaced program used it */
  readonly autofocusRange: 'normal' | 'macro' | 'full';
  readonly autofocusSpeed: 'normal' | 'fast';
  readonly autofocusWindow: string | undefined;
  /** dioptres or `default`; implies manual focus, no cycle */
  readonly lensPosition: string | undefined;
  /** split as an argument list, never a shell */
  readonly extraArgs: readonly string[];
}

export const rpicamSettings = driverSettings({
  keys: {
    rotation: setting('rotation of the picture in degrees', rotation),
    hflip: setting('1 = mirrored', zeroOrOne, '0'),
    vflip: setting('1 = upside down', zeroOrOne, '0'),
    mode: setting('sensor mode; choose a full one where a small stream shows only the middle of the view', sensorMode),
    roi: setting('part of the sensor that is shown (digital zoom)', region),
    exposure: setting('exposure mode, or a fixed shutter time', exposure),
    gain: setting('fixed analogue and digital gain (0 = automatic)', decimal(0, 64)),
    awb: setting('white balance', whiteBalance),
    brightness: setting('brightness, 0 = neutral', decimal(-1, 1)),
    contrast: setting('contrast, 1 = normal', decimal(0, 32)),
    sharpness: setting('sharpness, 1 = normal', decimal(0, 16)),
    saturation: setting('colour, 1 = normal, 0 = grey', decimal(0, 32)),
    denoise: setting('noise reduction', oneOf(...DENOISE_MODES)),
    hdr: setting('high dynamic range', oneOf(...HDR_MODES)),
    tuning_file: setting('tuning file of libcamera', absolutePath),
    autofocus_range: setting('distances that autofocus searches', oneOf('normal', 'macro', 'full'), 'full'),
    autofocus_speed: setting('how fast the lens moves', oneOf('normal', 'fast'), 'normal'),
    autofocus_window: setting('part of the picture to focus on', region),
    lens_position: setting('fixed focus in dioptres; switches autofocus off', lensPosition),
    extra_args: setting('further options for rpicam-vid and rpicam-still', extraArguments),
  },
  reportsFocus: true,
  build: (values): RpicamSettings => ({
    rotation: values.rotation,
    hflip: values.hflip,
    vflip: values.vflip,
    mode: values.mode,
    roi: values.roi,
    exposure: values.exposure,
    gain: values.gain,
    awb: values.awb,
    brightness: values.brightness,
    contrast: values.contrast,
    sharpness: values.sharpness,
    saturation: values.saturation,
    denoise: values.denoise,
    hdr: values.hdr,
    tuningFile: values.tuning_file,
    autofocusRange: values.autofocus_range,
    autofocusSpeed: values.autofocus_speed,
    autofocusWindow: values.autofocus_window,
    lensPosition: values.lens_position,
    extraArgs: values.extra_args ?? [],
  }),
  warn({ autofocus, lens_position }, camera) {
    if (!autofocus || lens_position === undefined) return [];
    return [`${camera}_autofocus=1 has no effect beside ${camera}_lens_position: the focus is fixed`];
  },
  isSameId: isSameCameraId,
});
