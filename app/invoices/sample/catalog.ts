import type { Database } from '../database/database.ts';
import type { Random } from './random.ts';
import * as words from './words.ts';

/** How many rows the tables beside the invoices get. */
export interface CatalogSize {
  artists: number;
  albums: number;
  tracks: number;
  customers: number;
}

/** Chinook's proportions: 59 customers and 3,503 tracks at 412 invoices; more of both with more invoices, but slower. */
export function catalogSize(invoices: number): CatalogSize {
  const factor = Math.max(1, invoices / 412);
  const slow = Math.sqrt(factor);
  return {
    artists: Math.min(Math.round(120 * slow), 5_000),
    albums: Math.min(Math.round(300 * slow), 15_000),
    tracks: Math.min(Math.round(3_000 * slow), 100_000),
    customers: Math.max(8, Math.min(Math.round(59 * factor), 250_000)),
  };
}

/** What a table of Chinook is filled with: its name, how many rows, and the row of a number, key first. */
interface Part {
  table: string;
  rows: number;
  row(id: number): (string | number | null)[];
}

/** Writes artists, albums, tracks, employees and customers; in the order of their references. */
export function writeCatalog(database: Database, random: Random, size: CatalogSize): void {
  for (const { table, rows, row } of parts(random, size)) {
    const marks = row(1).map(() => '?');
    const insert = database.connection.prepare(`INSERT INTO ${table} VALUES (${marks.join(', ')})`);
    for (let id = 1; id <= rows; id++) insert.run(row(id));
  }
}

function parts(random: Random, size: CatalogSize): Part[] {
  const { pick, int, chance } = random;
  const albumOf = (id: number): number => Math.ceil((id * size.albums) / size.tracks);
  return [
    { table: 'Genre', rows: words.genres.length, row: (id) => [id, words.genres[id - 1] ?? ''] },
    { table: 'MediaType', rows: words.mediaTypes.length, row: (id) => [id, words.mediaTypes[id - 1] ?? ''] },
    {
      table: 'Artist',
      rows: size.artists,
      row: (id) => [id, chance(0.4) ? person(random).join(' ') : `The ${pick(words.adjectives)} ${pick(words.nouns)}`],
    },
    {
      table: 'Album',
      rows: size.albums,
      row: (id) => [id, `${pick(words.adjectives)} ${pick(words.nouns)}`, Math.ceil((id * size.artists) / size.albums)],
    },
    {
      table: 'Track',
      rows: size.tracks,
      row: (id) => {
        const seconds = int(95, 420);
        const video = chance(0.06);
        const name = chance(0.5) ? pick(words.songs) : `${pick(words.adjectives)} ${pick(words.nouns)}`;
        const composer = chance(0.7) ? person(random).join(' ') : null;
        const kind = [video ? 5 : int(1, 4), (albumOf(id) % words.genres.length) + 1];
        return [
          id,
          name,
          albumOf(id),
          ...kind,
          composer,
          seconds * 1000 + int(0, 999),
          seconds * 32_000,
          video ? 1.99 : 0.99,
        ];
      },
    },
    {
      table: 'Employee',
      rows: 8,
      row: (id) => {
        const [first, last] = person(random);
        const title = ['General Manager', 'Sales Manager', 'IT Manager'][id - 1] ?? 'Sales Support Agent';
        const boss = id === 1 ? null : id <= 3 ? 1 : 2;
        const dates = [
          `${int(1962, 1995)}-0${int(1, 9)}-1${int(0, 9)} 00:00:00`,
          `${int(2015, 2020)}-0${int(1, 9)}-01 00:00:00`,
        ];
        return [
          id,
          last,
          first,
          title,
          boss,
          ...dates,
          ...address(random),
          phone(random),
          null,
          email(first, last, 'liteset.example'),
        ];
      },
    },
    {
      table: 'Customer',
      rows: size.customers,
      row: (id) => {
        const [first, last] = person(random);
        const company = chance(0.25) ? pick(words.companies) : null;
        const domain = company
          ? `${company
              .toLowerCase()
              .normalize('NFD')
              .replaceAll(/[^a-z]+/g, '')}.example`
          : 'mail.example';
        return [
          id,
          first,
          last,
          company,
          ...address(random),
          phone(random),
          null,
          email(first, last, domain),
          int(4, 8),
        ];
      },
    },
  ];
}

const person = ({ pick }: Random): [string, string] => [pick(words.firstNames), pick(words.lastNames)];

/** Street, city, state, country, postal code. */
function address({ pick, int }: Random): (string | null)[] {
  return [`${int(1, 190)} ${pick(words.streets)}`, ...pick(words.places)];
}

const phone = ({ int }: Random): string => `+${int(20, 98)} ${int(10, 99)} ${int(1000, 9999)}-${int(1000, 9999)}`;
const email = (first: string, last: string, domain: string): string => `${first}.${last}@${domain}`.toLowerCase();
