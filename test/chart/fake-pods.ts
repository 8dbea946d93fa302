import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the fakes misbehave. */
export interface Behaviour {
  /** Role of each pod; default: the first is primary. */
  readonly roles?: readonly ('primary' | 'replica')[];
  /** The index of a pod that never gets a transaction. */
  readonly stuck?: number;
  /** Status of the answer to POST; default 201. */
  readonly write?: number;
  /** Status of the answer to DELETE; default 204. */
  readonly remove?: number;
  /** No track in the catalogue. */
  readonly noTracks?: boolean;
  /** The answer to a write has no token. */
  readonly noToken?: boolean;
}

export interface FakePods {
  readonly urls: string[];
  /** What the pods were asked, in order: `pod-1 POST /api/invoices`. */
  readonly asked: string[];
  /** Invoices that are left. */
  readonly invoices: Set<number>;
  close(): void;
}

/** Pods with as much of the invoice service as `helm test` uses, each on a port of its own. */
export async function fakePods(count: number, behaviour: Behaviour = {}): Promise<FakePods> {
  const invoices = new Set<number>();
  const asked: string[] = [];
  const role = (index: number) => behaviour.roles?.[index] ?? (index === 0 ? 'primary' : 'replica');
  const primary = Math.max(0, behaviour.roles?.indexOf('primary') ?? 0);

  function answer(index: number, method: string, path: string): [status: number, json?: unknown] {
    const id = Number(/^\/api\/invoices\/(\d+)$/.exec(path)?.[1]);
    if (path === '/api/invoices?limit=1') return [200, { items: [] }];
    if (path.startsWith('/api/customers')) return [200, { items: [{ customerId: 7 }] }];
    if (path.startsWith('/api/tracks')) return [200, { items: behaviour.noTracks ? [] : [{ trackId: 9 }] }];
    if (method === 'POST') {
      if (behaviour.write) return [behaviour.write, { detail: 'no primary' }];
      invoices.add(42);
      return [201, { invoiceId: 42 }];
    }
    if (method === 'DELETE') {
      if (!behaviour.remove) invoices.delete(id);
      return [behaviour.remove ?? 204];
    }
    return invoices.has(id) && index !== behaviour.stuck ? [200, { invoiceId: id }] : [404, {}];
  }

  const servers = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const server = createServer((req, res) => {
        const { method = '', url = '' } = req;
        asked.push(`pod-${index} ${method} ${url}`);
        const [status, json] = answer(index, method, url);
        const writes = method === 'POST' || method === 'DELETE';
        res.setHeader('Liteset-Pod', `pod-${writes ? primary : index}`);
        res.setHeader('Liteset-Role', role(index));
        if (method === 'POST' && !behaviour.noToken) res.setHeader('Liteset-Token', 'token');
        res.writeHead(status, { 'content-type': 'application/json' }).end(json && JSON.stringify(json));
      });
      return new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked,
    invoices,
    close() {
      for (const server of servers) server.closeAllConnections();
      for (const server of servers) server.close();
    },
  };
}
