// cam1: the same print from the right, close to the nozzle, in the light of a window. Here the head's other axis is seen.

import { bar, HEIGHT, linear, type Moment, n, radial, WIDTH } from './geometry.ts';
import type { Scene } from './scene.ts';
import { drawVase, nozzlePoint, type VaseView } from './twisted-vase.ts';

/** A quarter turn between the two cameras. */
const QUARTER_TURN = Math.PI / 2;

const vase: VaseView = {
  centreX: 600,
  topY: 430,
  radius: 196,
  layerHeight: 7.6,
  bottomY: 740,
  tilt: 0.24,
  lightAngle: 0.9,
  colour: [255, 116, 30],
};

export const sideScene: Scene = {
  camera: 'cam1',
  title: 'Printer 1 · side',
  noiseSigma: 2.9,
  background: () => svg(definitions() + room()),
  foreground: (moment) =>
    svg(definitions() + spool(moment) + gantry(moment) + print(moment) + head(moment) + frameEdge()),
};

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${content}</svg>`;
}

function definitions(): string {
  return `<defs>
    ${linear('wall', false, [
      [0, '#1d2731'],
      [0.55, '#31404b'],
      [1, '#5d6f78'],
    ])}
    ${linear('sky', true, [
      [0, '#dff0fb'],
      [1, '#a9c6d8'],
    ])}
    ${radial('daylight', [
      [0, '#e8f5ff/0.8'],
      [0.5, '#bfdcf0/0.3'],
      [1, '#bfdcf0/0'],
    ])}
    ${radial('warm', [
      [0, '#ffd7a0/0.55'],
      [0.5, '#ffb564/0.2'],
      [1, '#ffa040/0'],
    ])}
    ${linear('beam', true, [
      [0, '#a3a9ad'],
      [0.2, '#6a7074'],
      [0.5, '#24282b'],
      [0.65, '#454a4d'],
      [1, '#15181a'],
    ])}
    ${linear('post', false, [
      [0, '#17191b'],
      [0.2, '#5d6265'],
      [0.4, '#2b2e30'],
      [0.6, '#1a1c1e'],
      [0.85, '#8b9296'],
      [1, '#2b2e30'],
    ])}
    ${linear('rail', true, [
      [0, '#ffffff'],
      [0.4, '#b9c0c4'],
      [1, '#53595d'],
    ])}
    ${linear('shell', false, [
      [0, '#15171a'],
      [0.6, '#2b2e34'],
      [1, '#565c64'],
    ])}
    ${linear('orange', false, [
      [0, '#a8440c'],
      [0.6, '#ff7a20'],
      [1, '#ffb070'],
    ])}
    ${linear('brass', false, [
      [0, '#5d3d10'],
      [0.55, '#d9a546'],
      [0.8, '#ffe6a4'],
      [1, '#7a5219'],
    ])}
    ${linear('steel', false, [
      [0, '#5b5f62'],
      [0.7, '#c9cfd2'],
      [1, '#eef3f5'],
    ])}
    ${radial('glow', [
      [0, '#ffdca0/0.95'],
      [0.35, '#ff9a3a/0.35'],
      [1, '#ff7a20/0'],
    ])}
    <filter id="far" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="12"/></filter>
    <filter id="near" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="4"/></filter>
    <filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="1.6"/></filter>
  </defs>`;
}

/** A window and a plant behind it, a pegboard with tools; all far out of focus. */
function room(): string {
  const panes = [
    [880, 40],
    [1060, 40],
    [880, 230],
    [1060, 230],
  ].map(([x, y]) => `<rect x="${x}" y="${y}" width="160" height="170" fill="url(#sky)"/>`);
  const leaves = [
    [1010, 430, -35],
    [1050, 400, -5],
    [1096, 412, 25],
    [1130, 446, 55],
    [1040, 456, -60],
  ].map(
    ([x, y, turn]) =>
      `<ellipse cx="${x}" cy="${y}" rx="17" ry="62" transform="rotate(${turn} ${x} ${y})" fill="#4f8a55"/>`,
  );
  return (
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#wall)"/>` +
    `<g filter="url(#far)"><rect x="860" y="20" width="380" height="400" fill="#7d8a90"/>${panes.join('')}` +
    `${leaves.join('')}<rect x="1020" y="470" width="96" height="84" rx="8" fill="#b0664a"/>` +
    `<rect x="40" y="110" width="14" height="190" fill="#c23b35"/><rect x="94" y="120" width="20" height="150" fill="#d8b13e"/><rect x="150" y="104" width="12" height="210" fill="#8fa3ad"/><circle cx="212" cy="160" r="34" fill="#3a6f8c"/>` +
    `<rect x="-20" y="556" width="1320" height="180" fill="#46352a"/></g>` +
    `<ellipse cx="1060" cy="230" rx="520" ry="420" fill="url(#daylight)"/><ellipse cx="600" cy="330" rx="480" ry="330" fill="url(#warm)"/>`
  );
}

/** The spool on the printer's back, turning by one spoke in a loop. */
function spool(moment: Moment): string {
  const spokes = Array.from(
    { length: 6 },
    (_, spoke) =>
      `<path d="M-16,-34 L-30,-84 A90,90 0 0 1 30,-84 L16,-34 A38,38 0 0 0 -16,-34 Z" transform="rotate(${n(spoke * 60 + moment.phase * 60)})" fill="#0f1214"/>`,
  ).join('');
  return (
    `<g transform="translate(176,470)" filter="url(#soft)"><circle r="152" fill="#2d3236"/><circle r="152" fill="none" stroke="#6d7478" stroke-width="4"/>` +
    `<circle r="122" fill="#c95f17"/><circle r="112" fill="none" stroke="#e8853c" stroke-width="3" stroke-dasharray="60 30" /><circle r="98" fill="#383e42"/>${spokes}<circle r="24" fill="#5a6166"/><circle r="11" fill="#14171a"/></g>`
  );
}

function place(moment: Moment): { x: number; y: number; z: number } {
  const angle = moment.headAngle + QUARTER_TURN;
  const [x, y] = nozzlePoint(vase, angle);
  return { x, y, z: Math.sin(angle) };
}

/** The rail along which the beam moves, and the beam seen on its end. */
function gantry(moment: Moment): string {
  const { x } = place(moment);
  return (
    bar(-10, 96, 1300, 46, 'beam') +
    bar(-10, 142, 1300, 13, 'rail') +
    `<rect x="-10" y="120" width="1300" height="5" fill="#0b0c0d"/>` +
    bar(x - 118, 132, 236, 40, 'shell', 8) +
    bar(x - 150, 166, 84, 84, 'post', 6) +
    `<rect x="${n(x - 132)}" y="184" width="48" height="48" rx="4" fill="#0d0f10"/><path d="M${n(x - 132)},184 l48,48 M${n(x - 84)},184 l-48,48" stroke="#6d7478" stroke-width="7"/>` +
    bar(x - 72, 196, 30, 22, 'rail')
  );
}

function print(moment: Moment): string {
  const { x, y } = place(moment);
  return `${drawVase(vase, moment)}<circle cx="${n(x)}" cy="${n(y)}" r="84" fill="url(#glow)"/>`;
}

function head(moment: Moment): string {
  const { x, y, z } = place(moment);
  const fins = Array.from(
    { length: 6 },
    (_, fin) => `<rect x="-34" y="${-172 + fin * 14}" width="66" height="8" rx="2" fill="url(#steel)"/>`,
  ).join('');
  return (
    `<path d="M${n(x + 4)},${n(y - 290)} C${n(x + 10)},40 330,-60 176,360" fill="none" stroke="#f5f1e8" stroke-opacity="0.75" stroke-width="8"/>` +
    `<path d="M${n(x + 4)},${n(y - 290)} C${n(x + 10)},40 330,-60 176,360" fill="none" stroke="#ff7a20" stroke-width="3"/>` +
    `<g transform="translate(${n(x)},${n(y)}) scale(${(1 + z * 0.04).toFixed(3)})">` +
    '<rect x="-62" y="-292" width="150" height="112" rx="12" fill="url(#shell)"/><rect x="-62" y="-292" width="150" height="22" rx="8" fill="url(#orange)"/>' +
    '<circle cx="14" cy="-226" r="30" fill="#101214"/><circle cx="14" cy="-226" r="30" fill="none" stroke="#7b8287" stroke-width="3"/>' +
    `<g transform="translate(14,-226) rotate(${n(moment.phase * 360 * 2)})"><path d="M0,-22 L6,-4 L22,0 L6,4 L0,22 L-6,4 L-22,0 L-6,-4 Z" fill="#d0d6d9"/></g>` +
    `<rect x="-44" y="-180" width="86" height="92" fill="#1b1e21"/>${fins}` +
    '<path d="M42,-190 L104,-178 L110,-66 L72,-14 L46,-8 L40,-26 L62,-62 L58,-150 L42,-160 Z" fill="url(#shell)"/><path d="M104,-178 L110,-66 L72,-14 L66,-14 L102,-68 L97,-178 Z" fill="#7d848a" opacity="0.7"/>' +
    '<rect x="-36" y="-78" width="74" height="44" rx="4" fill="url(#steel)"/><rect x="-36" y="-78" width="74" height="8" rx="3" fill="#f4f8fa" opacity="0.7"/>' +
    '<circle cx="-20" cy="-54" r="7" fill="#2b2b2b"/><path d="M-20,-54 C-70,-50 -80,-140 -52,-190" fill="none" stroke="#b3302a" stroke-width="5"/><path d="M-20,-50 C-84,-40 -92,-140 -58,-196" fill="none" stroke="#e6e2d8" stroke-width="4"/>' +
    '<path d="M-20,-34 L20,-34 L20,-24 L9,-6 L4,0 L-4,0 L-9,-6 L-20,-24 Z" fill="url(#brass)"/></g>'
  );
}

function frameEdge(): string {
  return `<g filter="url(#near)">${bar(1196, -20, 70, 770, 'post')}${bar(-30, 668, 1340, 90, 'beam')}</g>`;
}
