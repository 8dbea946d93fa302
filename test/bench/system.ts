/** Something that is measured: the invoice service on some storage. */
export interface System {
  url: string;
  /** The host name to ask for there, if it is another than the address's. */
  host?: string;
  stop(): Promise<void>;
}

/** How a system is started: with a copy of a database, in a folder of its own. */
export type Start = (folder: string, database: string) => Promise<System>;
