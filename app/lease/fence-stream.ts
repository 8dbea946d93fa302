import type { ServerResponse } from 'node:http';
import { parseAdvertised } from './consul/advertised.ts';
import type { Tenure } from './core/holder.ts';
import type { LeaseRecord } from './core/record.ts';

/** Where the primary is: its name as LiteFS tells it, and its IP address. */
export interface Whereabouts {
  readonly hostname: string;
  readonly address: string;
}

/**
 * `GET /fence`: JSON lines, one now and one with each change: `{"epoch": 7, "until": 123456.7}`, or `until` 0 while this pod
 * does not hold the lease. `until` is on the kernel's monotonic clock in milliseconds (`process.hrtime`), which all
 * processes of a pod share. An application that acknowledges a write only while that clock is before `until` cannot do so
 * beside another primary, even if it, LiteFS or this process was held up for a minute. `primary`, with `hostname` and
 * `address`, says where the last primary is, if the Lease says so: whoever connects to it needs no DNS then.
 */
export class FenceStream {
  readonly #listeners = new Set<ServerResponse>();
  #line = line(undefined, undefined);

  follow(res: ServerResponse): void {
    res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    res.write(this.#line);
    this.#listeners.add(res);
    res.on('close', () => this.#listeners.delete(res));
  }

  /** Tells a change. A listener that does not read is let go: it must not keep an end that is no longer told. */
  set(tenure: Tenure | undefined, primary: Whereabouts | undefined): void {
    const next = line(tenure, primary);
    if (next === this.#line) return;
    this.#line = next;
    for (const res of this.#listeners) if (!res.write(next) && res.writableLength > 65_536) res.destroy();
  }
}

/** Where the last primary is, by the Lease as it was last seen; undefined if that does not say it, or not legibly. */
export function whereIs({ primary, address }: Pick<LeaseRecord, 'primary' | 'address'>): Whereabouts | undefined {
  const hostname = parseAdvertised(primary)?.hostname;
  // Without it the pods ask DNS.
  return address === '' || hostname === undefined ? undefined : { hostname, address };
}

const line = (tenure: Tenure | undefined, primary: Whereabouts | undefined): string =>
  `${JSON.stringify({ epoch: tenure?.epoch ?? 0, until: tenure?.until ?? 0, ...(primary && { primary }) })}\n`;
