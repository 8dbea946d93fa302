import { type Measured, median } from './measured.ts';

const COLOURS = ['#8a8f98', '#c2554d', '#5b8fc9', '#1f5fa8', '#6b8e4e', '#b0893b'];
const [WIDTH, BAR, GAP, LEFT, TOP] = [880, 15, 14, 110, 54];

/** Bars of requests a second, by load and system, for the number of clients nearest to 64. */
export function chart(measured: readonly Measured[]): string {
  const clients = [...new Set(measured.map((one) => one.clients))].sort(
    (a, b) => Math.abs(a - 64) - Math.abs(b - 64),
  )[0];
  const invoices = measured[0]?.invoices;
  const shown = measured.filter((one) => one.clients === clients && one.invoices === invoices);
  const systems = [...new Set(shown.map(({ system }) => system))].sort();
  const speed = ({ results }: Measured) => median(results.map(({ perSecond }) => perSecond));
  const most = Math.max(...shown.map(speed));
  let y = TOP;
  const parts: string[] = [];
  for (const load of new Set(shown.map((one) => one.load))) {
    const bars = systems.flatMap((system) => shown.filter((one) => one.load === load && one.system === system));
    parts.push(text(LEFT - 10, y + (bars.length * BAR) / 2 + 4, load, 'end'));
    for (const bar of bars) {
      const width = Math.max(1, ((WIDTH - LEFT - 80) * speed(bar)) / most);
      parts.push(
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 2}" fill="${colour(systems, bar.system)}"/>`,
      );
      parts.push(text(LEFT + width + 6, y + BAR - 4, Math.round(speed(bar)).toLocaleString('en-US'), 'start'));
      y += BAR;
    }
    y += GAP;
  }
  const legend = systems.map((system, i) => {
    const x = LEFT + i * 120;
    return `<rect x="${x}" y="30" width="10" height="10" fill="${colour(systems, system)}"/>${text(x + 15, 39, system, 'start')}`;
  });
  const title = text(
    LEFT,
    18,
    `Requests a second, ${clients} clients, ${invoices?.toLocaleString('en-US')} invoices`,
    'start',
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${y}" fill="#fff"/>
${[title, ...legend, ...parts].join('\n')}
</svg>
`;
}

const colour = (systems: string[], system: string): string =>
  COLOURS[systems.indexOf(system) % COLOURS.length] ?? '#000';
const text = (x: number, y: number, content: string, anchor: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#222">${content}</text>`;
