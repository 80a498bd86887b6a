// The variance of the Laplacian: blur takes away the second derivative first, so the figure is largest at best focus.
// Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy" (ICPR 2000), LAP4 in Pertuz et al. (2013).

export interface GreyPicture {
  /** one byte a pixel, row by row without padding */
  readonly pixels: Uint8Array;
  /** pixels */
  readonly width: number;
  /** pixels */
  readonly height: number;
}

/** @returns 0 for a flat picture, or one without an inner pixel; at most 1020 squared */
export function laplacianVariance({ pixels, width, height }: GreyPicture): number {
  const count = Math.max(0, width - 2) * Math.max(0, height - 2);
  if (count === 0) return 0;
  const at = (index: number) => pixels[index] ?? 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const here = y * width + x;
      const laplacian = at(here - width) + at(here + width) + at(here - 1) + at(here + 1) - 4 * at(here);
      sum += laplacian;
      sumOfSquares += laplacian * laplacian;
    }
  }
  return sumOfSquares / count - (sum / count) ** 2;
}
