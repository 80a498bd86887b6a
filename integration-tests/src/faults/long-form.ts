// The long form of tests that wait: SOFT_STREAM_LONG=1 (see CONTRIBUTING.md).

export const LONG = process.env['SOFT_STREAM_LONG'] === '1';
