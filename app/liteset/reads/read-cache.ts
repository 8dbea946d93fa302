import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { urlOf } from '../lib/http.ts';
import { sendJson } from '../lib/send-json.ts';

/** How the cache of answers is set up. */
export interface CacheOptions {
  /** How many bytes of answers are kept; 0: none, and every answer is made anew. Default: 32 MiB. */
  maxBytes?: number;
  /** The form of the answers, part of each ETag: another release may answer the same contents otherwise. */
  formatVersion?: string;
  /**
   * Whether no other connection of this application is in a commit, see `Committer.commitInProgress`: what was just read may be newer
   * than the version then, and is not kept. Default: none ever is.
   */
  isSettled?: () => boolean;
}

/** What an entry costs beside its text and key, in bytes. */
const OVERHEAD = 200;

/**
 * Keeps answers whose only input is the database, until the next transaction. An answer is kept under the version of the
 * contents that was read *before* it was made, and given again only while that is still the version: LiteFS sets the
 * version before anybody can see a transaction (docs/explanation/decisions/0003-position-of-an-answer.md), so that an answer kept is
 * never older than what a query would say at that moment. The version is also the ETag: `If-None-Match` is answered with
 * 304 without a look at the database.
 *
 * @example
 * const cache = new ReadCache(cluster.version);
 * app.get('/rows', (req, res) => cache.json(req, res, () => select.all()));
 */
export class ReadCache {
  readonly #version: () => string | undefined;
  readonly #formatVersion: string;
  readonly #isSettled: () => boolean;
  readonly #entries: LRUCache<string, string> | undefined;
  /** The version that all entries are of. */
  #of: string | undefined;
  #hits = 0;
  #misses = 0;

  /** `version` is `Liteset.version`. While it is undefined, as on a plain file, nothing is kept. */
  constructor(version: () => string | undefined, options: CacheOptions = {}) {
    const { maxBytes = 32 * 1024 * 1024, formatVersion = '1', isSettled = () => true } = options;
    this.#version = version;
    this.#formatVersion = formatVersion;
    this.#isSettled = isSettled;
    if (maxBytes > 0) {
      const sizeCalculation = (text: string, key: string) => 2 * (text.length + key.length) + OVERHEAD;
      this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation });
    }
  }

  /** How often an answer was there, or the client had it, and how often it had to be made. */
  get counts(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses };
  }

  /**
   * Answers a GET with JSON. `read` must be synchronous and depend on nothing but the URL and the database. What it throws
   * is thrown, and not kept.
   */
  json(req: IncomingMessage, res: ServerResponse, read: () => unknown): void {
    const version = this.#entries && this.#version();
    if (version === undefined) return void sendJson(res, JSON.stringify(read()));
    const etag = `"${this.#formatVersion}-${version.replace('/', '-')}"`;
    if (includesEtag(req.headers['if-none-match'], etag)) {
      this.#hits++;
      revalidated(res, etag).statusCode = 304;
      return void res.end();
    }
    const url = urlOf(req);
    let text = this.#kept(version, url);
    if (text === undefined) {
      this.#misses++;
      text = JSON.stringify(read());
      // After the read, since a commit may begin at any time: what is made in the middle of one has no version.
      if (!this.#isSettled()) return void sendJson(res, text);
      this.#entries?.set(url, text);
    } else {
      this.#hits++;
    }
    sendJson(revalidated(res, etag), text);
  }

  #kept(version: string, key: string): string | undefined {
    if (this.#of !== version) {
      this.#entries?.clear();
      this.#of = version;
    }
    return this.#entries?.get(key);
  }
}

/** Whoever asked may keep the answer, for itself, and has to ask each time whether it is still right. */
function revalidated(res: ServerResponse, etag: string): ServerResponse {
  res.setHeader('ETag', etag);
  res.setHeader('Cache-Control', 'private, no-cache');
  return res;
}

/** Whether `If-None-Match` names an ETag (RFC 9110, 13.1.2). `*` does not: there may be nothing at the URL. */
function includesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
