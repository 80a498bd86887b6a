// Prints the table of all settings as Markdown (or JSON with --json), made from the schema.
// With --write FILE it replaces what stands between the two settings-table comments of that file.
// Usage: node scripts/settings-table.mjs [--json | --write README.md]   (after npm run build)
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { settingsMarkdown, settingsTable } from '@soft-stream/shared/config/settings-table';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, write: { type: 'string' } } });
if (values.write) {
  const text = readFileSync(values.write, 'utf8');
  const pattern = /(<!-- settings-table:begin[^\n]*-->\n)[\s\S]*?(<!-- settings-table:end -->)/;
  if (!pattern.test(text)) {
    process.stderr.write(`${values.write} has no <!-- settings-table:begin --> ... <!-- settings-table:end -->\n`);
    process.exit(1);
  }
  writeFileSync(
    values.write,
    text.replace(pattern, (_, begin, end) => `${begin}\n${settingsMarkdown()}\n${end}`),
  );
} else {
  process.stdout.write(values.json ? `${JSON.stringify(settingsTable(), null, 2)}\n` : settingsMarkdown());
}
