// @ts-check
/** @typedef {import('./growth.mjs').Grown} Grown */

const WIDTH = 340;
const HEIGHT = 240;
const [LEFT, TOP, RIGHT, BOTTOM] = [52, 34, 14, 40];
/** One, ten and fifty clusters, told apart by shape as well as by colour. */
const LOOKS = [
  { clusters: 1, colour: '#2f6fde', dash: '' },
  { clusters: 10, colour: '#c2571a', dash: '6 3' },
  { clusters: 50, colour: '#2a8f5a', dash: '2 3' },
];

/** Seconds, CPU seconds and memory over the number of bots, both axes by powers of ten. @param {Grown[]} grown @returns {string} SVG */
export function growthPicture(grown) {
  const panels = [
    { title: 'seconds until all rows are live', of: (/** @type {Grown} */ one) => one.ms / 1000 },
    { title: 'CPU seconds of all processes until then', of: (/** @type {Grown} */ one) => one.cpu },
    { title: 'MB above a bare window', of: (/** @type {Grown} */ one) => one.mb },
  ];
  const width = WIDTH * panels.length;
  const body = panels.map(
    ({ title, of }, i) => `<g transform="translate(${i * WIDTH} 0)">${panel(title, grown, of)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11" role="img" aria-label="How cost grows with bots and clusters"><rect width="${width}" height="${HEIGHT}" fill="#fff"/>${body.join('')}</svg>\n`;
}

/** @param {string} title @param {Grown[]} grown @param {(one: Grown) => number} of */
function panel(title, grown, of) {
  const values = grown.map((one) => Math.max(0.1, of(one)));
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  const part = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to) =>
    Math.log10(value / from) / Math.log10(to / from);
  const x = (/** @type {number} */ bots) => LEFT + part(bots, 80, 25_000) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ value) =>
    HEIGHT - BOTTOM - part(Math.max(0.1, value), low, high) * (HEIGHT - TOP - BOTTOM);
  const lines = [];
  for (let tick = low; tick <= high * 1.01; tick *= 10)
    lines.push(
      `<path d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end" fill="#555">${Number(tick.toPrecision(1))}</text>`,
    );
  for (const bots of [100, 1_000, 10_000, 20_000])
    lines.push(
      `<text x="${x(bots)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="${bots === 20_000 ? 'start' : 'middle'}" fill="#555">${bots === 20_000 ? '20k' : bots.toLocaleString('en')}</text>`,
    );
  for (const [i, { clusters, colour, dash }] of LOOKS.entries()) {
    const points = grown.filter((one) => one.clusters === clusters).map((one) => [x(one.bots), y(of(one))]);
    lines.push(
      `<polyline points="${points.map((point) => point.map((at) => at?.toFixed(1)).join()).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      ...points.map(([px, py]) => `<circle cx="${px?.toFixed(1)}" cy="${py?.toFixed(1)}" r="3" fill="${colour}"/>`),
      `<text x="${LEFT + i * 92}" y="${HEIGHT - 6}" fill="${colour}">${clusters} cluster${clusters === 1 ? '' : 's'}</text>`,
    );
  }
  return `<text x="${LEFT}" y="18" font-size="13" fill="#222">${title}</text>${lines.join('')}`;
}
