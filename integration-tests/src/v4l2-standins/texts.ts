// What v4l2-ctl 1.22 prints of formats and controls.

import type { StandinControl, UsbCamera } from './world.ts';

const NAMES = { MJPG: 'Motion-JPEG, compressed', YUYV: 'YUYV 4:2:2', H264: 'H.264, compressed' } as const;

export function formatsText({ formats }: UsbCamera): string {
  const lines = ['ioctl: VIDIOC_ENUM_FMT', '\tType: Video Capture', ''];
  for (const [at, { fourcc, sizes }] of formats.entries()) {
    lines.push(`\t[${at}]: '${fourcc}' (${NAMES[fourcc]})`);
    for (const { width, height, rates } of sizes) {
      lines.push(`\t\tSize: Discrete ${width}x${height}`);
      for (const rate of rates)
        lines.push(`\t\t\tInterval: Discrete ${(1 / rate).toFixed(3)}s (${rate.toFixed(3)} fps)`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export function controlsText({ controls }: UsbCamera, values: Readonly<Record<string, number>>): string {
  const lines = ['', 'User Controls', ''];
  for (const control of controls) {
    const { name, id, type, min, max, menu = {} } = control;
    const value = currentValue(control, values);
    const range = type === 'bool' ? '' : `min=${min} max=${max} ${type === 'int' ? 'step=1 ' : ''}`;
    const label = menu[value] === undefined ? '' : ` (${menu[value]})`;
    const flags = isInactive(control, controls, values) ? ' flags=inactive' : '';
    const kind = `(${type})`.padEnd(8);
    lines.push(
      `${name.padStart(31)} 0x${id} ${kind}: ${range}default=${control.default} value=${value}${label}${flags}`,
    );
    for (const [number, text] of Object.entries(menu)) lines.push(`\t\t\t\t${number}: ${text}`);
  }
  return `${lines.join('\n')}\n`;
}

export function isInactive(
  { needs }: StandinControl,
  controls: readonly StandinControl[],
  values: Readonly<Record<string, number>>,
): boolean {
  const governor = controls.find(({ name }) => name === needs?.name);
  return needs !== undefined && governor !== undefined && currentValue(governor, values) !== needs.value;
}

function currentValue(control: StandinControl, values: Readonly<Record<string, number>>): number {
  return values[control.name] ?? control.default;
}
