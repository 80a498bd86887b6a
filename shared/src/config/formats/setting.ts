// One setting: what its text may be, what it means, and what stands in where the key is unset.

import type { Format } from './formats.ts';

export interface Setting<T> {
  readonly format: Format<NonNullable<T>>;
  /** one line, in the README's table */
  readonly meaning: string;
  /** the text that stands in where the key is unset; `N` in it is the camera's number, a sum is added up */
  readonly defaultText: string | undefined;
}

/** By key, without `camN_`. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

export type SettingValues<Keys> = {
  readonly [K in keyof Keys]: Keys[K] extends Setting<infer T> ? T : never;
};

/** With a default the value is always there, without it may be undefined. */
export function setting<T extends {}>(meaning: string, format: Format<T>, defaultText: string): Setting<T>;
export function setting<T extends {}>(meaning: string, format: Format<T>): Setting<T | undefined>;
export function setting<T extends {}>(
  meaning: string,
  format: Format<T>,
  defaultText?: string,
): Setting<T | undefined> {
  return { meaning, format, defaultText };
}

/** `Camera N` -> `Camera 2`, `18081+N` -> `18083`. */
export function defaultTextFor(text: string, number: number): string {
  const sum = /^(\d+)\+N$/.exec(text);
  return sum === null ? text.replace(/\bN\b/, String(number)) : String(Number(sum[1]) + number);
}
