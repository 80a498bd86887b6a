// Common names of controls: what people ask for, and what drivers call it. Kernels before 5.17 or so use the second name.

export const COMMON_NAMES: Readonly<Record<string, readonly string[]>> = {
  autofocus: ['focus_automatic_continuous', 'focus_auto'],
  focus: ['focus_absolute'],
  auto_exposure: ['auto_exposure', 'exposure_auto'],
  exposure: ['exposure_time_absolute', 'exposure_absolute'],
  auto_white_balance: ['white_balance_automatic', 'white_balance_temperature_auto'],
  white_balance: ['white_balance_temperature'],
  gain: ['gain'],
  brightness: ['brightness'],
  contrast: ['contrast'],
  saturation: ['saturation'],
  sharpness: ['sharpness'],
  hue: ['hue'],
  gamma: ['gamma'],
  backlight: ['backlight_compensation'],
  power_line_frequency: ['power_line_frequency'],
  low_light: ['exposure_dynamic_framerate', 'exposure_auto_priority'],
  zoom: ['zoom_absolute'],
  pan: ['pan_absolute'],
  tilt: ['tilt_absolute'],
};

export interface Automatic {
  /** the control that holds the others, by any of its names */
  readonly names: readonly string[];
  /** its value that leaves the others to people, and the one that does not */
  readonly manual: number;
  readonly automatic: number;
  /** what it sets by itself */
  readonly governs: readonly string[];
}

/** V4L2_EXPOSURE_MANUAL is 1, V4L2_EXPOSURE_APERTURE_PRIORITY 3: what UVC cameras have. */
export const AUTOMATICS: readonly Automatic[] = [
  {
    names: ['focus_automatic_continuous', 'focus_auto'],
    manual: 0,
    automatic: 1,
    governs: ['focus_absolute'],
  },
  {
    names: ['auto_exposure', 'exposure_auto'],
    manual: 1,
    automatic: 3,
    governs: ['exposure_time_absolute', 'exposure_absolute'],
  },
  {
    names: ['white_balance_automatic', 'white_balance_temperature_auto'],
    manual: 0,
    automatic: 1,
    governs: ['white_balance_temperature'],
  },
];

/** The driver's names that a common or an own name may mean; the commonest first. */
export function driverNames(name: string): readonly string[] {
  return [...(COMMON_NAMES[name] ?? []), name];
}
