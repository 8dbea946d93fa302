import type { Database } from '../database/database.ts';
import { CUSTOMER_TEXT } from './list.ts';
import { type CustomerRow, customer, type TrackRow, track } from './rows.ts';
import type { Customer, SearchQuery, Track } from './schemas.ts';
import { pattern } from './search.ts';

const CUSTOMER_COLUMNS = 'CustomerId, FirstName, LastName, Company, Address, City, State, Country, PostalCode, Email';
const TRACKS = `SELECT t.TrackId, t.Name, al.Title AS Album, ar.Name AS Artist, t.UnitPrice
  FROM Track AS t LEFT JOIN Album AS al USING (AlbumId) LEFT JOIN Artist AS ar USING (ArtistId)`;

/** The statements of this file. */
export const catalogSql = {
  customer: `SELECT ${CUSTOMER_COLUMNS} FROM Customer WHERE CustomerId = +?`,
  customers: `SELECT ${CUSTOMER_COLUMNS} FROM Customer WHERE ${CUSTOMER_TEXT} GLOB +?
    ORDER BY CustomerId LIMIT +?`,
  track: `${TRACKS} WHERE t.TrackId = +?`,
  tracks: `${TRACKS} WHERE concat_ws(char(10), t.Name, al.Title, ar.Name) GLOB +? ORDER BY t.TrackId LIMIT +?`,
} as const;

/** The customer of a number, if there is one. */
export function findCustomer(database: Database, id: number): Customer | undefined {
  const row = database.read(() => database.statement<CustomerRow>(catalogSql.customer).get(id));
  return row && customer(row);
}

/** The customers whose name, company, e-mail address, city or country holds a text. */
export function searchCustomers(database: Database, query: SearchQuery): Customer[] {
  const { customers } = catalogSql;
  return database.read(() => database.statement<CustomerRow>(customers).all(...found(query))).map(customer);
}

/** The same beside other reads: a text may be in the last row of a million. */
export async function searchCustomersAside(database: Database, query: SearchQuery): Promise<Customer[]> {
  if (!query.q) return searchCustomers(database, query);
  return (await database.readAside<CustomerRow>(catalogSql.customers, found(query))).map(customer);
}

/** The track of a number, if there is one. */
export function findTrack(database: Database, id: number): Track | undefined {
  const row = database.read(() => database.statement<TrackRow>(catalogSql.track).get(id));
  return row && track(row);
}

/** The tracks whose name, album or artist holds a text. */
export function searchTracks(database: Database, query: SearchQuery): Track[] {
  return database.read(() => database.statement<TrackRow>(catalogSql.tracks).all(...found(query))).map(track);
}

/** The same beside other reads. */
export async function searchTracksAside(database: Database, query: SearchQuery): Promise<Track[]> {
  if (!query.q) return searchTracks(database, query);
  return (await database.readAside<TrackRow>(catalogSql.tracks, found(query))).map(track);
}

const found = ({ q = '', limit }: SearchQuery): [string, number] => [pattern(q), limit];
