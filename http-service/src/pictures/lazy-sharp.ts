// The only importer of sharp. It is loaded with the first picture that has to be drawn or scaled: a service that only
// hands frames on never pays its memory.

import type { Sharp, SharpConstructor } from 'sharp';

export type { Sharp };

let loading: Promise<SharpConstructor> | undefined;

export function loadSharp(): Promise<SharpConstructor> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // No picture is asked for twice in the same form; the cache would only hold memory.
    sharp.cache(false);
    // A thread per picture: capture and the printer need the other cores.
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}
