// Noise as a small sensor gives it after the denoiser: soft grains, stronger in the shadows, other ones in each frame.

/** mulberry32: 32 bits of state, the same numbers on every machine. @returns values in [0, 1) */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Adds the noise in place.
 * @param rgb 3 bytes a pixel, row by row; @param sigma standard deviation at black, in steps of 255
 */
export function addSensorNoise(rgb: Buffer, width: number, seed: number, sigma: number): void {
  const random = seededRandom(seed);
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const grain = new Float32Array(width + 1);
  for (let row = 0; row < rgb.length; row += width * 3) {
    for (let x = 0; x < width; x++) {
      // Half of each grain is its neighbours': to the left and above.
      const value = 0.5 * gaussian() + 0.28 * (grain[x] ?? 0) + 0.28 * (grain[x - 1] ?? 0);
      grain[x] = value;
      const at = row + x * 3;
      const strength = sigma * (1.25 - (rgb[at + 1] ?? 0) / 320);
      for (let channel = 0; channel < 3; channel++) {
        const sum = (rgb[at + channel] ?? 0) + value * strength;
        rgb[at + channel] = sum < 0 ? 0 : sum > 255 ? 255 : sum + 0.5;
      }
    }
  }
}
