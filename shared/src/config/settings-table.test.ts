import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultTextFor } from './formats/setting.ts';
import { isKnownKey } from './key-names.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS, PROCESS_SETTINGS } from './settings.ts';
import { settingsMarkdown, settingsTable } from './settings-table.ts';

const options = { timeout: 20_000 };

describe('table of settings', options, () => {
  it('every default is a value that its own format allows', options, () => {
    for (const [name, { format, defaultText }] of Object.entries({
      ...CAMERA_SETTINGS,
      ...GLOBAL_SETTINGS,
      ...PROCESS_SETTINGS,
    })) {
      if (defaultText !== undefined) assert.notEqual(format.read(defaultTextFor(defaultText, 3)), undefined, name);
    }
  });

  it('every row names a key that the file may hold, what it may be, and what it means', options, () => {
    for (const { key, allowed, meaning, where } of settingsTable()) {
      if (where === 'file') assert.ok(isKnownKey(key.replace('camN_', 'cam7_')), key);
      assert.ok(allowed.length > 0 && meaning.length > 10, key);
      assert.doesNotMatch(allowed + meaning, /\n/, key);
    }
  });

  it('the environment variables and keys of the contract are all there', options, () => {
    const keys = new Set(settingsTable().map(({ key }) => key));
    const contract = `camN_index camN_id camN_name camN_width camN_height camN_fps camN_port camN_bind camN_quality
      camN_snapshot_width camN_snapshot_height camN_snapshot_quality camN_autofocus camN_driver camN_recording camN_linger
      camN_watchdog_timeout camN_snapshot_timeout camN_full_interval camN_idle_snapshot camN_socket camN_public_url
      camN_max_viewers camN_slot_bytes camN_still_slot_bytes camN_rotation camN_hflip camN_vflip camN_mode camN_roi
      camN_exposure camN_gain camN_awb camN_brightness camN_contrast camN_sharpness camN_saturation camN_denoise camN_hdr
      camN_tuning_file camN_autofocus_range camN_autofocus_speed camN_autofocus_window camN_lens_position camN_extra_args
      watchdog_timeout max_viewers allowed_hosts allow_origin frame_ancestors log_level log_format
      SOFT_STREAM_RUN_DIR SOFT_STREAM_EXIT_66 SOFT_STREAM_ENV_FILE SOFT_STREAM_CONTAINER`;

    assert.deepEqual(
      contract.split(/\s+/).filter((key) => !keys.has(key)),
      [],
    );
  });

  it('README.md holds the table as it is now', options, () => {
    const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const table = /<!-- settings-table:begin[^\n]*-->\n([\s\S]*?)<!-- settings-table:end -->/.exec(text)?.[1];

    assert.equal(table?.trim(), settingsMarkdown().trim(), 'run: node scripts/settings-table.mjs --write README.md');
  });
});
