// HTML from a template: `{{path}}` is a value as text, `{{{path}}}` is HTML or JSON that was made safe before.
// A camera's name is whatever its owner typed, so text is the default.

/** Replaces every gap; a path that leads nowhere is a mistake of ours and throws. */
export function fillTemplate(template: string, values: unknown): string {
  return template.replace(/\{\{\{([\w.]+)\}\}\}|\{\{([\w.]+)\}\}/g, (_, raw?: string, escaped?: string) => {
    const path = raw ?? escaped ?? '';
    const value = lookUp(values, path);
    if (typeof value !== 'string') throw new TypeError(`template gap ${path} has no text`);
    return raw === undefined ? escapeHtml(value) : value;
  });
}

export function lookUp(values: unknown, path: string): unknown {
  let value = values;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in either kind of quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * JSON for a `<script type="application/json">` block. The HTML parser looks for `</script` and `<!--` in it, so no `<`
 * is left; U+2028 and U+2029 are line ends to old JavaScript parsers.
 */
export function jsonForScriptBlock(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
