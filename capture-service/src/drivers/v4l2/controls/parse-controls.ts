// What `v4l2-ctl --list-ctrls-menus` prints, as data: pure.
//   power_line_frequency 0x00980918 (menu)   : min=0 max=2 default=2 value=2 (60 Hz)
//                               1: 50 Hz

import type { DriverControl } from '../../driver.ts';

type MenuEntry = DriverControl['menu'][number];

/** Takes the lines it knows and leaves the rest; never throws. */
export function parseControls(text: string): readonly DriverControl[] {
  const controls: (DriverControl & { menu: MenuEntry[] })[] = [];
  for (const line of text.split('\n')) {
    const head = /^\s*(\w+) 0x[0-9a-f]{8} \((\w+)\)\s*:\s*(.*)$/.exec(line);
    if (head) {
      const [, name = '', type = '', facts = ''] = head;
      controls.push(describe(name, type, facts));
      continue;
    }
    const entry = /^\s+(\d+): (.*?)\s*$/.exec(line);
    if (entry) controls.at(-1)?.menu.push({ value: Number(entry[1]), label: entry[2] ?? '' });
  }
  return controls;
}

function describe(name: string, type: string, facts: string): DriverControl & { menu: MenuEntry[] } {
  const number = (key: string) => {
    const match = new RegExp(`\\b${key}=(-?\\d+)`).exec(facts)?.[1];
    return match === undefined ? undefined : Number(match);
  };
  const flags = (/\bflags=(.*)$/.exec(facts)?.[1] ?? '').split(/,\s*/);
  return {
    name,
    type,
    min: number('min') ?? (type === 'bool' ? 0 : undefined),
    max: number('max') ?? (type === 'bool' ? 1 : undefined),
    step: number('step'),
    default: number('default'),
    value: number('value'),
    isInactive: flags.includes('inactive'),
    isReadOnly: flags.includes('read-only') || flags.includes('disabled'),
    menu: [],
  };
}
