// The settings as convict schemas: convict takes texts from the environment, fills in defaults and calls the formats.

import convict from 'convict';
import { defaultTextFor, type Setting, type Settings, type SettingValues } from './formats/setting.ts';
import { COMMENT_ADVICE } from './sources.ts';

export interface SchemaOptions<Keys extends Settings> {
  readonly settings: Keys;
  /** `cam0_`, or nothing */
  readonly prefix: string;
  /** the N of camN, for defaults */
  readonly number: number;
  /** texts by full key; unset ones are absent */
  readonly env: Readonly<Record<string, string>>;
  /** full keys whose text ends in what looks like a comment */
  readonly commented?: ReadonlySet<string>;
  onProblem(key: string, value: string, message: string): void;
}

/** Values of all settings; a wrong one is reported through `onProblem` and stands as its default. */
export function readSettings<Keys extends Settings>(options: SchemaOptions<Keys>): SettingValues<Keys> {
  const { settings, prefix, env, commented, onProblem } = options;
  const wrong = new Set<string>();

  const schema: Record<string, convict.SchemaObj<string | null>> = {};
  for (const [name, { format, meaning }] of Object.entries(settings)) {
    const key = prefix + name;
    schema[name] = {
      doc: meaning,
      default: null,
      nullable: true,
      env: key,
      format(text: string) {
        if (format.read(text) !== undefined) return;
        wrong.add(name);
        onProblem(key, text, explain(format, text, commented?.has(key) === true));
        throw new TypeError(`${key} must be ${format.allowed}`);
      },
    };
  }

  // No arguments: convict would otherwise read this process's own.
  const config = convict(schema, { env: { ...env }, args: [] });
  try {
    config.validate({ allowed: 'strict' });
  } catch (error) {
    // Its text joins all messages; the problems were reported one by one.
    if (wrong.size === 0) throw error;
  }

  const values = Object.entries(settings).map(([name, { format, defaultText }]) => {
    const given = wrong.has(name) ? null : config.get(name);
    const text = given ?? (defaultText === undefined ? undefined : defaultTextFor(defaultText, options.number));
    return [name, text === undefined ? undefined : format.read(text)];
  });
  return Object.fromEntries(values) as SettingValues<Keys>;
}

function explain(format: Setting<unknown>['format'], text: string, endsLikeComment: boolean): string {
  const reason = format.explain?.(text);
  if (reason !== undefined) return `must be ${format.allowed}; ${reason}`;
  const hint = endsLikeComment || /\s[#;]/.test(text) ? `; ${COMMENT_ADVICE}` : '';
  return `must be ${format.allowed}${hint}`;
}
