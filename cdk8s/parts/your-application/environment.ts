import type { Variables } from '../../../app/proxy/config.ts';
import { type Environment, only, podField, reserve } from '../../helm/env.ts';
import { Expr, include, text } from '../../helm/expr.ts';
import { ports, v } from '../../names.ts';
import { litefsEnvironment, membership } from '../environment.ts';
import { socket } from './agent.ts';

/** What the agent may take to stop your application: SIGKILL comes after `stopSeconds`. Liteset does not count that as time of a switchover. */
const stopMs = new Expr<string>(`mul 1000 (add 5 (int ${v.app.stopSeconds.pipeline}))`, 'quoted');

/** The environment of the proxy. */
export const proxyEnvironment = {
  ...membership(`${include('liteset.database')}`),
  PORT: `${ports.proxy}`,
  PEER_PORT: `${ports.proxy}`,
  STATUS_PORT: `${ports.proxyStatus}`,
  APP_PORT: text(v.app.port),
  AGENT_SOCKET: socket,
  DATABASE: include('liteset.database'),
  READY_PATH: only(v.app.ready.path, v.app.ready.path),
  SWITCHOVER_MS: text(v.switchover.timeoutMs),
  STOP_MS: stopMs,
} satisfies Environment<Variables>;

/** What the chart adds to the environment of your application: LiteFS needs both. */
export const agentEnvironment = { POD_NAME: podField('metadata.name'), ...litefsEnvironment };
reserve(
  'agentEnvironment',
  'Variables that the chart sets in the container of an application of yours.',
  agentEnvironment,
);
