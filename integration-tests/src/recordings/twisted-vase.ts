// The print: a vase with a twisted star section, drawn layer by layer. It grows endlessly: the pattern repeats after
// a twelfth of a turn, so while its foot is out of sight, sinking by one repeat in a loop shows no seam.

import { type Moment, n, polygon, type Rgb, shade } from './geometry.ts';

export interface VaseView {
  /** pixels: where the axis is and where the newest layer lies */
  readonly centreX: number;
  readonly topY: number;
  /** pixels: the mean radius, the height of one layer and where the lowest visible layer ends */
  readonly radius: number;
  readonly layerHeight: number;
  readonly bottomY: number;
  /** how far the eye looks down on it: vertical over horizontal radius of a circle */
  readonly tilt: number;
  /** rad: from where the light comes, 0 = from the right, pi/2 = from the viewer */
  readonly lightAngle: number;
  readonly colour: Rgb;
}

const LOBES = 12;
const SEGMENTS = 144;
const LAYERS_A_LOOP = 8;
/** rad of twist from one layer to the next: one repeat of the star in a loop */
const TWIST = (2 * Math.PI) / LOBES / LAYERS_A_LOOP;

export function drawVase(view: VaseView, moment: Moment): string {
  const sunk = moment.phase * LAYERS_A_LOOP;
  const layers = Math.ceil((view.bottomY - view.topY) / view.layerHeight) + 2;
  const parts: string[] = [];
  for (let layer = layers; layer >= 0; layer--)
    parts.push(drawLayer(view, layer + (sunk % 1), Math.floor(sunk) - layer));
  return parts.join('') + drawRim(view, sunk);
}

/** Where the nozzle touches the rim. */
export function nozzlePoint(view: VaseView, headAngle: number): readonly [number, number] {
  const radius = view.radius;
  return [view.centreX + radius * Math.cos(headAngle), view.topY + view.tilt * radius * Math.sin(headAngle)];
}

/** @param depth layers below the rim, with a fraction; @param born number of the layer: it fixes twist and shine */
function drawLayer(view: VaseView, depth: number, born: number): string {
  const y = view.topY + depth * view.layerHeight;
  const parts: string[] = [];
  const step = (2 * Math.PI) / SEGMENTS;
  for (let index = 0; index < SEGMENTS; index++) {
    const angle = index * step;
    const middle = angle + step / 2;
    if (Math.sin(middle) < -0.1) continue;
    const [x0, y0] = point(view, angle, born, y);
    const [x1, y1] = point(view, angle + step, born, y);
    // Neighbours overlap a little: anti-aliased edges that only touch let the layer behind shine through.
    const over = x1 > x0 ? 0.7 : -0.7;
    const drop = view.layerHeight + 1.4;
    const light = lightOn(view, middle, born) * (born % 2 === 0 ? 1 : 0.88) * fadeBelow(view, y);
    parts.push(
      polygon(
        [
          [x0, y0],
          [x1 + over, y1],
          [x1 + over, y1 + drop],
          [x0, y0 + drop],
        ],
        shade(view.colour, light),
      ),
    );
  }
  return parts.join('');
}

function drawRim(view: VaseView, sunk: number): string {
  const ring = (scale: number) =>
    Array.from({ length: SEGMENTS }, (_, index) => {
      const [x, y] = point({ ...view, radius: view.radius * scale }, (index * 2 * Math.PI) / SEGMENTS, sunk, view.topY);
      return `${n(x)},${n(y)}`;
    }).join(' ');
  return (
    `<polygon points="${ring(1)}" fill="${shade(view.colour, 1.12)}"/>` +
    `<polygon points="${ring(0.93)}" fill="${shade(view.colour, 0.3)}"/>` +
    `<polygon points="${ring(0.8)}" fill="${shade(view.colour, 0.16)}"/>`
  );
}

function radiusAt(view: VaseView, angle: number, born: number): number {
  return view.radius * (1 + 0.06 * Math.cos(LOBES * (angle - born * TWIST)));
}

function point(view: VaseView, angle: number, born: number, y: number): readonly [number, number] {
  const radius = radiusAt(view, angle, born);
  return [view.centreX + radius * Math.cos(angle), y + view.tilt * radius * Math.sin(angle)];
}

/** Lambert's cosine on the star's surface, some light from everywhere, and a sheen where the normal meets the light. */
function lightOn(view: VaseView, angle: number, born: number): number {
  const slope = -0.06 * LOBES * Math.sin(LOBES * (angle - born * TWIST));
  const normal = angle - Math.atan(slope);
  const cosine = Math.max(0, Math.cos(normal - view.lightAngle));
  return 0.26 + 0.66 * cosine + 0.5 * cosine ** 14;
}

/** The lamp is above: further down it gets darker. */
function fadeBelow(view: VaseView, y: number): number {
  return 1 - 0.45 * Math.min(1, (y - view.topY) / (view.bottomY - view.topY));
}
