// Command lines of rpicam-vid and rpicam-still 1.12 from the configuration: pure, one option never twice
// (`option '--codec' cannot be specified more than once` ends the program), and never through a shell.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { RpicamSettings } from '@soft-stream/shared/config/drivers/rpicam-settings';
import { type ExtraArgument, optionName, parseExtraArguments } from './extra-arguments.ts';

/** An option and its value; flags have none. */
type Option = readonly [option: string, value?: string];

/** One line per frame on stderr, printed by the null preview (-n): the only channel for the autofocus state and the focus figure. */
export const INFO_TEXT = '#%frame fps=%fps lp=%lp af=%afstate focus=%focus';

/** Preview before a still, so that exposure and white balance settle: `--immediate` saves the very first frame. */
export const SETTLE_MS = 500;
/** The same with continuous autofocus: the bound on focusing a still, kept by the program itself. */
export const FOCUS_MS = 2_000;

/** `-v` is left at its default of 1: boost reads a separate `-v 1` as `-v 2` in some versions. */
export function streamArguments(config: CameraConfig, index: number): string[] {
  const ours: Option[] = [
    ['--camera', String(index)],
    ['-n'],
    ['-t', '0'],
    ['--codec', 'mjpeg'],
    ['--flush'],
    ...sizeOptions(config.width, config.height),
    ['--framerate', String(config.fps)],
    ['--quality', String(config.quality)],
    ...(config.rpicam.mode === undefined ? [] : [['--mode', config.rpicam.mode] as const]),
    ...pictureOptions(config.rpicam),
    ...focusOptions(config, config.autofocus),
    ['--info-text', INFO_TEXT],
    ['-o', '-'],
  ];
  return merge(ours, parseExtraArguments(config.rpicam.extraArgs), 'rpicam-vid');
}

export interface StillArguments {
  /** the sensor's full resolution instead of the snapshot size */
  readonly full: boolean;
  /** focus before the still; false for cameras known to have a fixed focus */
  readonly focus: boolean;
}

/** No thumbnail: it is a second JPEG inside the file. */
export function stillArguments(config: CameraConfig, index: number, { full, focus }: StillArguments): string[] {
  const { width, height, quality } = config.snapshot;
  const focusing = focus && config.autofocus && config.rpicam.lensPosition === undefined;
  const ours: Option[] = [
    ['--camera', String(index)],
    ['-n'],
    ['-t', String(focusing ? FOCUS_MS : SETTLE_MS)],
    ['-e', 'jpg'],
    ['--quality', String(quality)],
    ['--thumb', 'none'],
    ...(full ? [] : sizeOptions(width, height)),
    ...stillMode(config, full),
    ...pictureOptions(config.rpicam),
    ...focusOptions(config, focus),
    ['--info-text', INFO_TEXT],
    ['-o', '-'],
  ];
  return merge(ours, parseExtraArguments(config.rpicam.extraArgs), 'rpicam-still');
}

function sizeOptions(width: number, height: number): Option[] {
  return [
    ['--width', String(width)],
    ['--height', String(height)],
  ];
}

/** The stream's sensor mode gives stills the same view, unless it has fewer pixels than the still wants. */
function stillMode(config: CameraConfig, full: boolean): Option[] {
  const { mode } = config.rpicam;
  const [width = 0, height = 0] = (mode ?? '').split(':').map(Number);
  const isLargeEnough = width >= config.snapshot.width && height >= config.snapshot.height;
  return mode !== undefined && !full && isLargeEnough ? [['--mode', mode]] : [];
}

function pictureOptions(settings: RpicamSettings): Option[] {
  const { exposure, awb } = settings;
  const options: (Option | undefined)[] = [
    settings.rotation === 180 ? ['--rotation', '180'] : undefined,
    settings.hflip ? ['--hflip'] : undefined,
    settings.vflip ? ['--vflip'] : undefined,
    valued('--roi', settings.roi),
    valued(/^\d/.test(exposure ?? '') ? '--shutter' : '--exposure', exposure),
    valued('--gain', settings.gain),
    valued(awb?.includes(',') ? '--awbgains' : '--awb', awb),
    valued('--brightness', settings.brightness),
    valued('--contrast', settings.contrast),
    valued('--sharpness', settings.sharpness),
    valued('--saturation', settings.saturation),
    valued('--denoise', settings.denoise),
    valued('--hdr', settings.hdr),
    valued('--tuning-file', settings.tuningFile),
  ];
  return options.filter((option) => option !== undefined);
}

function valued(option: string, value: string | number | undefined): Option | undefined {
  return value === undefined ? undefined : [option, String(value)];
}

/**
 * Without an option a camera with a lens focuses continuously, so "off" has to be said: manual, at the configured
 * position or the tuning's default one. A fixed-focus camera takes all of these and does nothing.
 */
function focusOptions(config: CameraConfig, focus: boolean): Option[] {
  const { lensPosition, autofocusRange, autofocusSpeed, autofocusWindow } = config.rpicam;
  if (!config.autofocus || lensPosition !== undefined)
    return [
      ['--autofocus-mode', 'manual'],
      ['--lens-position', lensPosition ?? 'default'],
    ];
  if (!focus) return [];
  return [
    ['--autofocus-mode', 'continuous'],
    ['--autofocus-range', autofocusRange],
    ['--autofocus-speed', autofocusSpeed],
    ...(autofocusWindow === undefined ? [] : [['--autofocus-window', autofocusWindow] as const]),
  ];
}

/** The owner's own arguments come last and replace ours of the same name. */
function merge(ours: readonly Option[], extra: readonly ExtraArgument[], program: ExtraArgument['onlyFor']): string[] {
  const taken = extra.filter((each) => each.onlyFor === undefined || each.onlyFor === program);
  const kept = ours.filter(([option]) => !taken.some((each) => each.name === optionName(option)));
  const words = kept.flatMap(([option, value]) => (value === undefined ? [option] : [option, value]));
  return [...words, ...taken.flatMap((each) => each.words)];
}
