import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { chart } from './chart.ts';
import { type Measured, median } from './measured.ts';
import { root } from './processes.ts';

/** Prints a row of a table in Markdown. */
export const row = (cells: unknown[]): void => console.log(`| ${cells.join(' | ')} |`);

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');
const ms = (number: number): string => (number < 10 ? number.toFixed(2) : number.toFixed(0));

/** All that was measured, as a table in Markdown. A row with a failed request is void. */
export function table(measured: readonly Measured[]): string {
  const head =
    '| invoices | load | clients | system | requests/s | min | max | p50 ms | p99 ms | errors | clients’ core |';
  const rows = [...measured].sort(byRow).map(({ results, ...row }) => {
    const of = (key: 'perSecond' | 'p50' | 'p99' | 'errors' | 'generatorCpu') => results.map((result) => result[key]);
    const errors = of('errors').reduce((sum, count) => sum + count, 0);
    const speeds = of('perSecond');
    const middle = errors > 0 ? 'void' : whole(median(speeds));
    return [
      ...[whole(row.invoices), row.load, row.clients, row.system, middle, whole(Math.min(...speeds))],
      ...[whole(Math.max(...speeds)), ms(median(of('p50'))), ms(median(of('p99'))), errors],
      `${Math.round(100 * median(of('generatorCpu')))} %`,
    ];
  });
  const line = (cells: unknown[]) => `| ${cells.join(' | ')} |`;
  return [head, `|${'---|'.repeat(11)}`, ...rows.map(line)].join('\n');
}

function byRow(one: Measured, other: Measured): number {
  return one.invoices - other.invoices || one.load.localeCompare(other.load) || one.clients - other.clients;
}

/** Puts the table between the marks of docs/reference/measurements.md, and the chart beside it. */
export function writeReport(measured: readonly Measured[], command: string): void {
  const path = join(root, 'docs/reference/measurements.md');
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const about = `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpu?.model.trim()}), ${memory} GiB, Node ${process.version}; clients and service on the same machine.`;
  const text = readFileSync(path, 'utf8');
  const [before, rest] = text.split('<!-- measured -->\n');
  const [, after] = (rest ?? '').split('<!-- /measured -->');
  const part = `${about}\n\n![Requests per second](../images/performance.svg)\n\n${table(measured)}\n`;
  writeFileSync(path, `${before}<!-- measured -->\n${part}<!-- /measured -->${after}`);
  writeFileSync(join(root, 'docs/images/performance.svg'), chart(measured));
}
