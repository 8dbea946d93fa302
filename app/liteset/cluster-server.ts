import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BlockList } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { Problem, problemBody } from './problem/problem.ts';
import { problems } from './problem/types.ts';
import { acceptReports } from './replication/accept-reports.ts';
import { CONFIRMED_PATH, type Confirmed, tellConfirmed } from './replication/confirmed-stream.ts';
import type { Replicas } from './replication/replicas.ts';
import { POSITIONS_PATH } from './replication/reports.ts';
import type { SwitchoverResult } from './switchover/switchover.ts';

/** Where a switchover is asked for, on the cluster port. */
export const SWITCHOVER_PATH = '/liteset/switchover';

/** What the server on the cluster port is made of. */
export interface ClusterServerOptions {
  port: number;
  /** The address it listens on. Default: all. */
  host?: string | undefined;
  replicas: Replicas;
  confirmed: Confirmed;
  switchover(target: string | undefined): Promise<SwitchoverResult>;
  /** Who carries this may ask for a switchover from outside the pod. Default: nobody may. */
  token?: string | undefined;
}

const wanted = z.object({ pod: z.string().min(1).optional() }).strict();

/**
 * Serves what pods say to each other, on a port of its own: whoever reaches the application must not be able to pass for
 * a replica, and a request that lasts for days must not be counted among others.
 */
export function serveCluster(options: ClusterServerOptions): Server {
  const server = createServer((req, res) => {
    const route = `${req.method} ${req.url}`;
    // An answer that breaks off costs its caller the connection, and nobody else anything.
    answer(route, options, req, res)?.catch((error: Error) => res.destroy(error));
  });
  // The reports of a replica are a body that never ends.
  server.requestTimeout = 0;
  return server.listen(options.port, options.host);
}

function answer(route: string, options: ClusterServerOptions, req: IncomingMessage, res: ServerResponse) {
  if (route === `POST ${POSITIONS_PATH}`) return acceptReports(options.replicas, req, res);
  if (route === `GET ${CONFIRMED_PATH}`) return tellConfirmed(options.confirmed, res);
  if (route === `POST ${SWITCHOVER_PATH}`) return answerSwitchover(options, req, res);
  res.writeHead(404).end();
  return undefined;
}

async function answerSwitchover(
  options: ClusterServerOptions,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const json = (status: number, type: string, body: unknown) =>
    res.writeHead(status, { 'Content-Type': type }).end(`${JSON.stringify(body)}\n`);
  try {
    if (!mayAsk(req, options.token)) throw new Problem(problems.forbidden, 'Ask from within the pod.');
    const { pod } = wanted.parse(JSON.parse((await text(req)) || '{}'));
    json(200, 'application/json', await options.switchover(pod));
  } catch (error) {
    const problem =
      error instanceof Problem
        ? error
        : new Problem(problems.switchoverRefused, 'The body is not {"pod": "<name>"}.', { cause: error });
    json(problem.status, 'application/problem+json', problemBody(problem));
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** From within the pod, or with the token. */
function mayAsk({ socket, headers }: IncomingMessage, token: string | undefined): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  if (loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4')) return true;
  if (token === undefined) return false;
  const [given, expected] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
