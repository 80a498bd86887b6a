// The table of controls: what each is, where it stands in a camera's configuration, and which drivers know it. What is
// set at run time, shown on the page, said by camctl and kept on disk comes from here.

import type { ControlFacts, ControlName, ControlValue } from '../api/controls.ts';
import type { DriverKind } from '../api/driver-kinds.ts';
import type { CameraConfig } from '../config/camera-config.ts';
import { AWB_MODES, DENOISE_MODES, HDR_MODES } from '../config/drivers/rpicam-formats.ts';
import type { RpicamSettings } from '../config/drivers/rpicam-settings.ts';

export interface CameraControl extends ControlFacts {
  readonly drivers: readonly DriverKind[];
  /** of the environment file, without `camN_`; two controls may be two sides of one setting */
  readonly key: string;
  /** controls of the same setting: what was set of them ends when this one is set */
  readonly replaces?: readonly ControlName[];
  get(config: CameraConfig): ControlValue;
  /** @param value one that `checkControlValue` let through */
  set(config: CameraConfig, value: ControlValue): CameraConfig;
}

const WHOLE = '0,0,1,1';
const RPICAM = ['rpicam'] as const;
const restart = { applies: 'restart' } as const;

export const CAMERA_CONTROLS: Readonly<Record<ControlName, CameraControl>> = {
  autofocus: {
    ...{ kind: 'switch', label: 'Continuous autofocus', group: 'focus', default: false, ...restart },
    ...{ drivers: RPICAM, key: 'autofocus', replaces: ['lens_position'] },
    get: ({ autofocus, rpicam }) => autofocus && rpicam.lensPosition === undefined,
    // Who wants autofocus does not want the lens held.
    set: (config, value) =>
      value === true
        ? { ...rpicam(config, { lensPosition: undefined }), autofocus: true }
        : { ...config, autofocus: false },
  },
  autofocus_range: choice('autofocusRange', 'autofocus_range', {
    ...{ label: 'Autofocus range', group: 'focus', choices: ['normal', 'macro', 'full'], default: 'full' },
  }),
  autofocus_speed: choice('autofocusSpeed', 'autofocus_speed', {
    ...{ label: 'Autofocus speed', group: 'focus', choices: ['normal', 'fast'], default: 'normal' },
  }),
  autofocus_window: rectangle('autofocusWindow', 'autofocus_window', { label: 'Focus window', group: 'focus' }),
  lens_position: {
    ...{ kind: 'number', label: 'Lens position', group: 'focus', unit: 'dioptres', min: 0, max: 32, step: 0.05 },
    ...{ default: 0, ...restart, drivers: RPICAM, key: 'lens_position', replaces: ['autofocus'] },
    get: ({ rpicam: { lensPosition } }) => (lensPosition === undefined ? 0 : Number(lensPosition) || 0),
    set: (config, value) => rpicam(config, { lensPosition: String(value) }),
  },
  exposure: {
    ...{ kind: 'choice', label: 'Exposure mode', group: 'exposure', choices: ['normal', 'sport', 'long'] },
    ...{ default: 'normal', ...restart, drivers: RPICAM, key: 'exposure', replaces: ['exposure_time'] },
    get: ({ rpicam: { exposure } }) => (exposure === undefined || isTime(exposure) ? 'normal' : exposure),
    set: (config, value) => rpicam(config, { exposure: String(value) }),
  },
  exposure_time: {
    ...{
      kind: 'number',
      label: 'Exposure time (0 = automatic)',
      group: 'exposure',
      unit: 'µs',
      min: 0,
      max: 1_000_000,
    },
    ...{ step: 1, default: 0, ...restart, drivers: RPICAM, key: 'exposure', replaces: ['exposure'] },
    get: ({ rpicam: { exposure } }) => (exposure !== undefined && isTime(exposure) ? Number(exposure) : 0),
    set(config, value) {
      const { exposure } = config.rpicam;
      if (value !== 0) return rpicam(config, { exposure: String(value) });
      return exposure !== undefined && isTime(exposure) ? rpicam(config, { exposure: undefined }) : config;
    },
  },
  gain: number('gain', { label: 'Gain (0 = automatic)', group: 'exposure', min: 0, max: 64, step: 0.1, default: 0 }),
  hdr: choice('hdr', 'hdr', { label: 'High dynamic range', group: 'exposure', choices: HDR_MODES, default: 'off' }),
  awb: {
    ...{ kind: 'choice', label: 'White balance', group: 'colour', choices: AWB_MODES, default: 'auto', ...restart },
    ...{ drivers: RPICAM, key: 'awb', replaces: ['awb_gains'] },
    get: ({ rpicam: { awb } }) => (awb === undefined || isGains(awb) ? 'auto' : awb),
    set: (config, value) => rpicam(config, { awb: String(value) }),
  },
  awb_gains: {
    ...{ kind: 'numbers', label: 'Red and blue gain', group: 'colour', min: 0, max: 32, default: '', ...restart },
    ...{ drivers: RPICAM, key: 'awb', replaces: ['awb'] },
    get: ({ rpicam: { awb } }) => (awb !== undefined && isGains(awb) ? awb : ''),
    set(config, value) {
      const { awb } = config.rpicam;
      if (value !== '') return rpicam(config, { awb: String(value) });
      return awb !== undefined && isGains(awb) ? rpicam(config, { awb: undefined }) : config;
    },
  },
  brightness: number('brightness', { label: 'Brightness', group: 'colour', min: -1, max: 1, step: 0.02, default: 0 }),
  contrast: number('contrast', { label: 'Contrast', group: 'colour', min: 0, max: 32, step: 0.05, default: 1 }),
  saturation: number('saturation', { label: 'Saturation', group: 'colour', min: 0, max: 32, step: 0.05, default: 1 }),
  sharpness: number('sharpness', { label: 'Sharpness', group: 'colour', min: 0, max: 16, step: 0.05, default: 1 }),
  denoise: choice('denoise', 'denoise', {
    ...{ label: 'Noise reduction', group: 'colour', choices: DENOISE_MODES, default: 'auto' },
  }),
  rotation: {
    ...{ kind: 'choice', label: 'Rotation', group: 'geometry', unit: '°', choices: ['0', '180'], default: '0' },
    ...{ ...restart, drivers: RPICAM, key: 'rotation' },
    get: (config) => String(config.rpicam.rotation ?? 0),
    set: (config, value) => rpicam(config, { rotation: value === '180' ? 180 : 0 }),
  },
  hflip: flip('hflip', 'Mirrored'),
  vflip: flip('vflip', 'Upside down'),
  region: rectangle('roi', 'roi', { label: 'Region (zoom)', group: 'geometry' }),
  fps: {
    ...{ kind: 'number', label: 'Frame rate', group: 'stream', unit: 'fps', min: 1, max: 240, step: 1, default: 15 },
    ...{ ...restart, drivers: ['rpicam', 'recorded'], key: 'fps' },
    get: ({ fps }) => fps,
    set: (config, value) => ({ ...config, fps: Number(value) }),
  },
  quality: {
    ...{ kind: 'number', label: 'JPEG quality', group: 'stream', min: 1, max: 100, step: 1, default: 50 },
    ...{ ...restart, drivers: RPICAM, key: 'quality' },
    get: ({ quality }) => quality,
    set: (config, value) => ({ ...config, quality: Number(value), qualityText: String(value) }),
  },
};

/** By name, whoever asks: undefined for a name that is none, or of another driver. */
export function controlOf(driver: DriverKind, name: string): CameraControl | undefined {
  const control = Object.hasOwn(CAMERA_CONTROLS, name) ? CAMERA_CONTROLS[name as ControlName] : undefined;
  return control?.drivers.includes(driver) ? control : undefined;
}

export function controlNames(driver: DriverKind): readonly ControlName[] {
  const names = Object.keys(CAMERA_CONTROLS) as ControlName[];
  return names.filter((name) => CAMERA_CONTROLS[name].drivers.includes(driver));
}

type About = Pick<ControlFacts, 'label' | 'group'>;
type Numbered = { [K in keyof RpicamSettings]: number extends RpicamSettings[K] ? K : never }[keyof RpicamSettings];

function rpicam(config: CameraConfig, settings: Partial<RpicamSettings>): CameraConfig {
  return { ...config, rpicam: { ...config.rpicam, ...settings } };
}

function number(
  key: Numbered,
  facts: About & { readonly min: number; readonly max: number; readonly step: number; readonly default: number },
): CameraControl {
  return {
    ...{ kind: 'number', ...facts, ...restart, drivers: RPICAM, key },
    get: (config) => config.rpicam[key] ?? facts.default,
    set: (config, value) => rpicam(config, { [key]: Number(value) }),
  };
}

function choice(
  setting: 'autofocusRange' | 'autofocusSpeed' | 'hdr' | 'denoise',
  key: string,
  facts: About & { readonly choices: readonly string[]; readonly default: string },
): CameraControl {
  return {
    ...{ kind: 'choice', ...facts, ...restart, drivers: RPICAM, key },
    get: (config) => config.rpicam[setting] ?? facts.default,
    set: (config, value) => rpicam(config, { [setting]: value }),
  };
}

function rectangle(setting: 'roi' | 'autofocusWindow', key: string, about: About): CameraControl {
  return {
    ...{ kind: 'rectangle', ...about, default: WHOLE, ...restart, drivers: RPICAM, key },
    get: (config) => config.rpicam[setting] ?? WHOLE,
    set: (config, value) => rpicam(config, { [setting]: value === WHOLE ? undefined : String(value) }),
  };
}

function flip(key: 'hflip' | 'vflip', label: string): CameraControl {
  return {
    ...{ kind: 'switch', label, group: 'geometry', default: false, ...restart, drivers: RPICAM, key },
    get: (config) => config.rpicam[key],
    set: (config, value) => rpicam(config, { [key]: value === true }),
  };
}

function isTime(exposure: string): boolean {
  return /^\d/.test(exposure);
}

function isGains(awb: string): boolean {
  return awb.includes(',');
}
