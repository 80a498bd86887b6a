// How long property tests run: short in every check, long when asked (SOFT_STREAM_FUZZ_RUNS=100000 npm run check).

/** Runs per property. A failure prints its seed and path, to be repeated with fast-check's own options. */
// biome-ignore lint/style/noProcessEnv: a setting of the test run and of nothing else
export const FUZZ_RUNS = Number(process.env['SOFT_STREAM_FUZZ_RUNS'] ?? 300);
export const FUZZ_TIMEOUT_MS = Math.max(60_000, FUZZ_RUNS * 20);
