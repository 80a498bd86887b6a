// Whether video can work here: said at the start and on the page, without loading anything of it.

import { createRequire } from 'node:module';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { findProgram } from '@soft-stream/shared/runtime/programs';

/** @param searchPath PATH; @returns what is missing, in words for the owner; undefined: nothing that can be seen from here */
export function missingForVideo(searchPath: string): string | undefined {
  if (findProgram('ffmpeg', searchPath) === undefined) return 'ffmpeg is not installed (apt install ffmpeg)';
  const { platform, arch } = process;
  const require = createRequire(import.meta.url);
  try {
    const ofLibrary = createRequire(require.resolve('node-datachannel'));
    const builds = ['gnu', 'musl'].map((libc) => `@node-datachannel/${platform}-${arch}-${libc}`);
    if (builds.some((name) => isInstalled(ofLibrary, name))) return undefined;
    return `no node-datachannel for ${platform} on ${arch}`;
  } catch (error) {
    return isMissing(error) ? 'the package node-datachannel is not installed' : errorMessage(error);
  }
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    // MODULE_NOT_FOUND
    return false;
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}
