// Small things both scenes draw with: the frame clock, colours, and SVG elements with rounded numbers.

/** Pixels of every recording. */
export const WIDTH = 1280;
export const HEIGHT = 720;

/** Frames of one loop; at 15 frames per second it lasts 2.4 s. */
export const LOOP_FRAMES = 36;
export const LOOP_FPS = 15;

/** Turns of the print head in one loop: a whole number, so that the last frame leads into the first. */
const HEAD_TURNS = 4;

/** One moment of the loop. `phase` runs from 0 to 1 (excluded); `headAngle` is where the head is on its circle (rad). */
export interface Moment {
  readonly frame: number;
  readonly phase: number;
  readonly headAngle: number;
}

export function momentOf(frame: number): Moment {
  const phase = frame / LOOP_FRAMES;
  return { frame, phase, headAngle: 2 * Math.PI * HEAD_TURNS * phase };
}

export type Rgb = readonly [number, number, number];

/** `light` 1 leaves the colour, 0 is black, above 1 goes towards white. */
export function shade([r, g, b]: Rgb, light: number): string {
  const channel = (value: number) =>
    Math.round(Math.min(255, light <= 1 ? value * light : value + (255 - value) * (light - 1)));
  return `rgb(${channel(r)},${channel(g)},${channel(b)})`;
}

/** One decimal is enough for a picture, and keeps the documents small. */
export const n = (value: number): string => value.toFixed(1);

export function polygon(points: readonly (readonly [number, number])[], fill: string): string {
  return `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" fill="${fill}"/>`;
}

/** A bar with light from above: aluminium extrusion, rails, rods. */
export function bar(x: number, y: number, width: number, height: number, gradient: string, radius = 2): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${radius}" fill="url(#${gradient})"/>`;
}

export function linear(id: string, vertical: boolean, stops: readonly (readonly [number, string])[]): string {
  const axis = vertical ? 'x1="0" y1="0" x2="0" y2="1"' : 'x1="0" y1="0" x2="1" y2="0"';
  return `<linearGradient id="${id}" ${axis}>${stopList(stops)}</linearGradient>`;
}

export function radial(id: string, stops: readonly (readonly [number, string])[], centre = '0.5 0.5'): string {
  const [cx, cy] = centre.split(' ');
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="0.5">${stopList(stops)}</radialGradient>`;
}

function stopList(stops: readonly (readonly [number, string])[]): string {
  return stops
    .map(([at, colour]) => {
      const [rgb, opacity] = colour.split('/');
      return `<stop offset="${at}" stop-color="${rgb}"${opacity ? ` stop-opacity="${opacity}"` : ''}/>`;
    })
    .join('');
}
