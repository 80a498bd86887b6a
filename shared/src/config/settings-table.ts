// The table of all settings, made from the schema: for the README (a test compares), the environment template, the page.

import type { Settings } from './formats/setting.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS, PROCESS_SETTINGS } from './settings.ts';

export interface SettingRow {
  /** `camN_width`, `allowed_hosts`, ... */
  readonly key: string;
  /** as one would write it; empty = unset; `18081+N` counts with the camera's number */
  readonly default: string;
  readonly allowed: string;
  readonly meaning: string;
  /** `environment`: not in the file */
  readonly where: 'file' | 'environment';
}

export function settingsTable(): readonly SettingRow[] {
  const rows = (settings: Settings, prefix: string, where: SettingRow['where']) =>
    Object.entries(settings).map(([name, { format, meaning, defaultText }]) => ({
      key: prefix + name,
      default: defaultText ?? '',
      allowed: format.allowed,
      meaning,
      where,
    }));
  return [
    ...rows(CAMERA_SETTINGS, 'camN_', 'file'),
    ...rows(GLOBAL_SETTINGS, '', 'file'),
    ...rows(PROCESS_SETTINGS, '', 'environment'),
  ];
}

/** GitHub's Markdown, one row a line, ending with a newline. */
export function settingsMarkdown(): string {
  const cells = settingsTable().map(({ key, default: text, allowed, meaning }) => [
    `\`${key}\``,
    text === '' ? '' : `\`${text}\``,
    allowed,
    meaning,
  ]);
  const head = [
    ['key', 'default', 'allowed', 'meaning'],
    ['---', '---', '---', '---'],
  ];
  return [...head, ...cells]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}
