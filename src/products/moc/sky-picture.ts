/** The whole sky with a coverage, as SVG: Mollweide's projection (equal areas), RA 0 in the middle and east to the left. */
import { native } from '../../addon/addon.ts';
import { type MocCell, mocCell, skyFraction } from '../../base/moc.ts';
import { el, type Xml } from '../../vo/dali/xml.ts';

/** Cells are drawn in these orders: curved enough, and few enough. */
const COARSEST = 3;
const FINEST = 6;

const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = 20;

/** The angle of Mollweide's projection for a latitude in radians: 2t + sin 2t = pi sin lat (Snyder 1987, eq. 31-3). */
function auxiliary(lat: number): number {
  if (Math.abs(lat) > 1.5707) return Math.sign(lat) * (Math.PI / 2);
  let t = lat;
  for (let turn = 0; turn < 30; turn++) {
    const step = (2 * t + Math.sin(2 * t) - Math.PI * Math.sin(lat)) / (2 + 2 * Math.cos(2 * t));
    t -= step;
    if (Math.abs(step) < 1e-9) break;
  }
  return t;
}

/** Place in the picture of a longitude (-180 to 180, and beyond for what reaches over the edge) and a latitude in degrees. */
function placeOf(lon: number, lat: number): [x: number, y: number] {
  const t = auxiliary((lat * Math.PI) / 180);
  const x = WIDTH / 2 - (lon / 180) * (WIDTH / 2) * Math.cos(t);
  return [MARGIN + x, MARGIN + HEIGHT / 2 - (HEIGHT / 2) * Math.sin(t)];
}

const rounded = (value: number) => Number(value.toFixed(1));
const pathOf = (points: readonly (readonly [number, number])[]) =>
  points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');

/** The same sky in cells of the orders that are drawn. */
function drawnCells(moc: Uint32Array): Uint32Array {
  const cells = new Set<number>();
  const add = ({ order, cell }: MocCell) => cells.add(4 ** (order + 1) + cell);
  for (const uniq of moc) {
    const { order, cell } = mocCell(uniq);
    if (order > FINEST) add({ order: FINEST, cell: Math.floor(cell / 4 ** (order - FINEST)) });
    else if (order >= COARSEST) add({ order, cell });
    else {
      const children = 4 ** (COARSEST - order);
      for (let n = 0; n < children; n++) add({ order: COARSEST, cell: cell * children + n });
    }
  }
  return Uint32Array.from(cells);
}

/** Longitudes of a cell next to that of its centre, as -180 to 180 and what reaches over the edge. */
function cellPaths(corners: Float64Array, at: number): string {
  const centre = corners[at] ?? 0;
  const middle = centre > 180 ? centre - 360 : centre;
  const outline = [1, 2, 3, 4].map((k): [number, number] => {
    const lat = corners[at + 2 * k + 1] ?? 0;
    const lon = (corners[at + 2 * k] ?? 0) - middle;
    // A pole has no longitude.
    return [Math.abs(lat) > 89.999_999 ? middle : middle + lon - 360 * Math.round(lon / 360), lat];
  });
  const reach = Math.max(...outline.map(([lon]) => Math.abs(lon)));
  const shifts = reach > 180 ? [0, middle > 0 ? -360 : 360] : [0];
  return shifts.map((shift) => `${pathOf(outline.map(([lon, lat]) => placeOf(lon + shift, lat)))}Z`).join('');
}

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step);

function graticule(): Xml {
  const meridians = range(-180, 180, 30).map((lon) => range(-90, 90, 3).map((lat) => placeOf(lon, lat)));
  const parallels = range(-60, 60, 30).map((lat) => [placeOf(-180, lat), placeOf(180, lat)]);
  const d = [...meridians, ...parallels].map(pathOf).join('');
  return el('path', { d, fill: 'none', stroke: '#7b8b9c', 'stroke-width': '0.5' });
}

function labels(): Xml[] {
  const texts: [lon: number, lat: number, label: string][] = [
    ...range(0, 150, 30).map((lon): [number, number, string] => [lon, 0, `${lon / 15}h`]),
    ...range(-180, -30, 30).map((lon): [number, number, string] => [lon, 0, `${24 + lon / 15}h`]),
    ...[-60, -30, 30, 60].map((lat): [number, number, string] => [
      180,
      lat,
      `${lat > 0 ? '+' : '−'}${Math.abs(lat)}°`,
    ]),
  ];
  return texts.map(([lon, lat, label]) => {
    const [x, y] = placeOf(lon, lat);
    const side = lat === 0 ? { 'text-anchor': 'middle' } : { 'text-anchor': 'end' };
    const dy = lat > 0 ? -3 : 11;
    return el('text', { x: rounded(x) - (lat === 0 ? 0 : 3), y: rounded(y) + dy, ...side }, label);
  });
}

/** `within`: cells reach beyond the footprints that touch them. */
const shareText = (share: number) => {
  const degrees = share * 41_252.96;
  return `within ${degrees >= 10 ? Math.round(degrees).toLocaleString('en') : degrees.toPrecision(2)} square degrees`;
};

/** A document of at most some MB. `title`: what is covered. */
export function skyPicture(moc: Uint32Array, title: string): string {
  const corners = native.cellCorners(drawnCells(moc));
  let d = '';
  for (let at = 0; at < corners.length; at += 10) d += cellPaths(corners, at);
  const edge = {
    cx: MARGIN + WIDTH / 2,
    cy: MARGIN + HEIGHT / 2,
    rx: WIDTH / 2,
    ry: HEIGHT / 2,
  };
  const text = `${title}: ${shareText(skyFraction(moc))}`;
  const picture = el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH + 2 * MARGIN} ${HEIGHT + 2 * MARGIN + 16}`,
      role: 'img',
      'font-family': 'system-ui,sans-serif',
      'font-size': '10',
      fill: '#5b6b7c',
    },
    el('title', {}, text),
    el('clipPath', { id: 'sky' }, el('ellipse', edge)),
    el('ellipse', { ...edge, fill: '#10202f' }),
    graticule(),
    labels(),
    // A stroke makes cells of a few square degrees visible on the whole sky.
    d === ''
      ? undefined
      : el('path', {
          d,
          fill: '#4aa3ff',
          stroke: '#4aa3ff',
          'stroke-width': skyFraction(moc) < 1e-3 ? '3' : '1',
          'stroke-linejoin': 'round',
          'clip-path': 'url(#sky)',
        }),
    el('text', { x: MARGIN, y: HEIGHT + 2 * MARGIN + 8, 'font-size': '12' }, text),
  );
  return `${picture.text}\n`;
}
