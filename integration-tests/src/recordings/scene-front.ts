// cam0: the printer from the front, in a warm workshop at night. A still background, and what moves before it.

import { bar, HEIGHT, linear, type Moment, n, radial, WIDTH } from './geometry.ts';
import type { Scene } from './scene.ts';
import { drawVase, nozzlePoint, type VaseView } from './twisted-vase.ts';

const vase: VaseView = {
  centreX: 640,
  topY: 356,
  radius: 112,
  layerHeight: 4.4,
  bottomY: 606,
  tilt: 0.2,
  lightAngle: 1.95,
  colour: [255, 122, 32],
};

export const frontScene: Scene = {
  camera: 'cam0',
  title: 'Printer 1 · front',
  noiseSigma: 3.2,
  background: () => svg(definitions() + room() + printerInside()),
  foreground: (moment) => svg(definitions() + gantry(moment) + print(moment) + head(moment) + printerFront(moment)),
};

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${content}</svg>`;
}

function definitions(): string {
  return `<defs>
    ${linear('wall', true, [
      [0, '#241d1b'],
      [0.6, '#3a2b22'],
      [1, '#1b1512'],
    ])}
    ${radial('lamp', [
      [0, '#ffcf8a/0.75'],
      [0.4, '#ff9d45/0.28'],
      [1, '#ff8a30/0'],
    ])}
    ${radial('bulb', [
      [0, '#ffe9c4/0.95'],
      [0.5, '#ffb765/0.55'],
      [1, '#ff9a40/0'],
    ])}
    ${linear('inside', true, [
      [0, '#4b423c'],
      [0.5, '#2c2725'],
      [1, '#151313'],
    ])}
    ${radial('ledwash', [
      [0, '#fff1d6/0.75'],
      [0.45, '#ffdca8/0.28'],
      [1, '#ffc98a/0'],
    ])}
    ${linear('post', false, [
      [0, '#1c1c1f'],
      [0.18, '#6d6a68'],
      [0.34, '#3a3a3d'],
      [0.5, '#17171a'],
      [0.66, '#4a494a'],
      [0.85, '#77726d'],
      [1, '#202023'],
    ])}
    ${linear('beam', true, [
      [0, '#8b8680'],
      [0.2, '#57544f'],
      [0.45, '#1d1d20'],
      [0.6, '#3a393a'],
      [1, '#141416'],
    ])}
    ${linear('rail', true, [
      [0, '#f4f0e8'],
      [0.4, '#a9a6a0'],
      [1, '#4e4c4a'],
    ])}
    ${linear('rod', false, [
      [0, '#3a3a3c'],
      [0.35, '#d8d2c8'],
      [0.6, '#8a867f'],
      [1, '#2b2b2d'],
    ])}
    ${linear('shell', true, [
      [0, '#3b3d44'],
      [0.5, '#25262b'],
      [1, '#121317'],
    ])}
    ${linear('panel', true, [
      [0, '#2b2a2c'],
      [0.12, '#1d1c1e'],
      [1, '#0e0e10'],
    ])}
    ${linear('brass', false, [
      [0, '#6d4a16'],
      [0.4, '#ffd884'],
      [1, '#7a5219'],
    ])}
    ${linear('table', true, [
      [0, '#4a3020'],
      [1, '#20140d'],
    ])}
    ${radial('glow', [
      [0, '#ffd28a/0.9'],
      [0.35, '#ff9a3a/0.35'],
      [1, '#ff7a20/0'],
    ])}
    <filter id="far" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="9"/></filter>
    <filter id="near" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="3"/></filter>
  </defs>`;
}

/** Wall, shelf with spools and a string of lamps, all out of focus; the table in front. */
function room(): string {
  const spools = [
    [70, 250, '#2f8f8a'],
    [150, 250, '#c8443a'],
    [1130, 232, '#e0b23c'],
    [1216, 232, '#4a78c8'],
  ] as const;
  const drawn = spools
    .map(
      ([x, y, colour]) =>
        `<rect x="${x - 30}" y="${y - 78}" width="60" height="78" rx="6" fill="${colour}"/><rect x="${x - 36}" y="${y - 84}" width="10" height="90" fill="#17120f"/><rect x="${x + 26}" y="${y - 84}" width="10" height="90" fill="#17120f"/>`,
    )
    .join('');
  const bulbs = [
    [40, 60],
    [128, 84],
    [214, 70],
    [1082, 64],
    [1170, 88],
    [1252, 58],
  ]
    .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="30" fill="url(#bulb)"/>`)
    .join('');
  return (
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#wall)"/>` +
    `<g filter="url(#far)"><rect x="-20" y="252" width="240" height="18" fill="#6b4428"/><rect x="1060" y="234" width="240" height="18" fill="#6b4428"/>${drawn}` +
    `<rect x="20" y="380" width="120" height="150" fill="#2a2f3a"/><rect x="34" y="396" width="92" height="60" fill="#57b8c8" opacity="0.75"/>` +
    `<rect x="1150" y="360" width="46" height="170" fill="#513a2a"/><rect x="1206" y="400" width="60" height="130" fill="#39463a"/></g>` +
    `<g filter="url(#near)">${bulbs}</g>` +
    `<ellipse cx="110" cy="90" rx="330" ry="240" fill="url(#lamp)"/><ellipse cx="1180" cy="90" rx="330" ry="240" fill="url(#lamp)"/>` +
    `<rect y="596" width="${WIDTH}" height="124" fill="url(#table)"/>`
  );
}

/** Everything behind the print: back wall, rear posts, lead screws, the strip of light under the lid. */
function printerInside(): string {
  const seams = [420, 640, 860].map(
    (x) => `<rect x="${x}" y="110" width="2" height="480" fill="#000" opacity="0.25"/>`,
  );
  return (
    `<rect x="240" y="78" width="800" height="520" fill="url(#inside)"/>${seams.join('')}` +
    bar(330, 100, 30, 480, 'post') +
    bar(920, 100, 30, 480, 'post') +
    bar(452, 150, 12, 430, 'rod', 5) +
    bar(816, 150, 12, 430, 'rod', 5) +
    bar(300, 128, 680, 16, 'beam') +
    `<ellipse cx="640" cy="120" rx="470" ry="420" fill="url(#ledwash)"/>` +
    `<rect x="352" y="110" width="576" height="7" rx="3" fill="#fffaf0"/>`
  );
}

function carriage(moment: Moment): { x: number; y: number; z: number } {
  const [x, y] = nozzlePoint(vase, moment.headAngle);
  return { x, y, z: Math.sin(moment.headAngle) };
}

/** The beam moves towards the viewer and away: a few pixels down and up, a little larger and smaller. */
function gantry(moment: Moment): string {
  const { z } = carriage(moment);
  const y = 216 + z * 7;
  const reach = z * 9;
  return (
    `<rect x="${n(292 - reach)}" y="${n(y + 40)}" width="${n(696 + 2 * reach)}" height="26" fill="#000" opacity="0.22" filter="url(#near)"/>` +
    bar(284 - reach, y, 712 + 2 * reach, 36 + z, 'beam') +
    bar(290 - reach, y + 10, 700 + 2 * reach, 9, 'rail') +
    `<rect x="${n(290 - reach)}" y="${n(y + 28)}" width="${n(700 + 2 * reach)}" height="4" fill="#0b0b0c"/>` +
    bar(266 - reach, y - 14, 44, 64, 'shell', 6) +
    bar(970 + reach, y - 14, 44, 64, 'shell', 6)
  );
}

function print(moment: Moment): string {
  const { x, y } = carriage(moment);
  return `${drawVase(vase, moment)}<circle cx="${n(x)}" cy="${n(y)}" r="46" fill="url(#glow)"/>`;
}

function head(moment: Moment): string {
  const { x, y, z } = carriage(moment);
  const scale = 1 + z * 0.035;
  const blades = Array.from({ length: 7 }, (_, blade) => {
    const angle = (blade * 360) / 7 + moment.phase * 360 * 3;
    return `<path d="M0,-7 Q13,-16 6,-29 Q-5,-27 -4,-7 Z" transform="rotate(${n(angle)})" fill="#3b3e46"/>`;
  }).join('');
  return (
    `<path d="M${n(x + 18)},${n(y - 190)} C${n(x + 40)},${n(y - 300)} ${n(870)},60 930,112" fill="none" stroke="#0c0c0e" stroke-width="13"/>` +
    `<path d="M${n(x - 6)},${n(y - 188)} C${n(x - 10)},${n(y - 300)} 800,40 905,104" fill="none" stroke="#f3ede0" stroke-opacity="0.6" stroke-width="5"/>` +
    `<g transform="translate(${n(x)},${n(y)}) scale(${scale.toFixed(3)})">` +
    '<rect x="-62" y="-196" width="124" height="150" rx="14" fill="url(#shell)"/>' +
    '<rect x="-62" y="-196" width="124" height="150" rx="14" fill="none" stroke="#6a655f" stroke-opacity="0.6" stroke-width="1.5"/>' +
    '<rect x="-50" y="-188" width="100" height="20" rx="5" fill="#ff7a20"/>' +
    `<circle cx="0" cy="-116" r="37" fill="#0a0a0c"/><g transform="translate(0,-116)">${blades}</g>` +
    '<circle cx="0" cy="-116" r="10" fill="#2a2c32"/><circle cx="0" cy="-116" r="37" fill="none" stroke="#55565c" stroke-width="3"/>' +
    '<path d="M-56,-48 L56,-48 L34,-18 L18,-14 L-18,-14 L-34,-18 Z" fill="#1a1b20"/><path d="M-56,-48 L56,-48 L52,-42 L-52,-42 Z" fill="#474a52"/>' +
    '<rect x="-20" y="-28" width="40" height="15" rx="2" fill="#b8b2a8"/><rect x="-20" y="-28" width="40" height="5" rx="2" fill="#e8e2d6"/>' +
    '<path d="M-11,-13 L11,-13 L5,-3 L2,0 L-2,0 L-5,-3 Z" fill="url(#brass)"/>' +
    '<circle cx="-44" cy="-58" r="4" fill="#fff6e0"/><circle cx="44" cy="-58" r="4" fill="#fff6e0"/></g>'
  );
}

/** Frame and lower panel with its small display, in front of the print. */
function printerFront(moment: Moment): string {
  const progress = 0.63;
  const blink = Math.cos(2 * Math.PI * 2 * moment.phase) > 0 ? 1 : 0.35;
  return (
    bar(208, 52, 864, 44, 'beam', 4) +
    bar(208, 52, 46, 634, 'post', 4) +
    bar(1026, 52, 46, 634, 'post', 4) +
    `<rect x="250" y="584" width="780" height="102" fill="url(#panel)"/><rect x="250" y="584" width="780" height="3" fill="#8a7a68"/>` +
    `<rect x="530" y="604" width="220" height="62" rx="6" fill="#05080a" stroke="#3c3a39" stroke-width="2"/>` +
    `<rect x="548" y="620" width="184" height="10" rx="5" fill="#17343a"/><rect x="548" y="620" width="${n(184 * progress)}" height="10" rx="5" fill="#4fd6e0"/>` +
    `<rect x="548" y="642" width="66" height="6" rx="3" fill="#3d8f96"/><rect x="624" y="642" width="38" height="6" rx="3" fill="#2a5e63"/><circle cx="722" cy="645" r="5" fill="#ff8a3a" opacity="${blink}"/>` +
    `<circle cx="800" cy="635" r="17" fill="#26262a" stroke="#56534f" stroke-width="3"/>` +
    `<rect x="224" y="686" width="60" height="20" rx="5" fill="#0c0b0b"/><rect x="996" y="686" width="60" height="20" rx="5" fill="#0c0b0b"/>` +
    `<rect x="190" y="704" width="900" height="16" fill="#000" opacity="0.35" filter="url(#near)"/>`
  );
}
