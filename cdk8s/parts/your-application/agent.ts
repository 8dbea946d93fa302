import { optional, when } from '../../helm/blocks.ts';
import { Expr, ROOT } from '../../helm/expr.ts';
import { define } from '../../helm/helpers.ts';
import { render } from '../../helm/render.ts';
import { paths, peers, ports, user, v } from '../../names.ts';
import { consulUrl } from '../lease.ts';
import { byKubernetes } from '../lease-access.ts';
import { litefsConfig, volumeFlags } from '../litefs.ts';

/** Where the programs are that the init container brings into your container. */
export const programs = '/liteset';
/** Where the agent and the proxy meet. */
export const meeting = '/run/liteset';
export const socket = `${meeting}/agent.sock`;
export const agent = `${programs}/liteset`;
/** Where the agent finds its configuration. */
export const agentFolder = '/etc/liteset';

const number = (value: Expr<number>) => new Expr<number>(value.pipeline, 'bare');

/** What the agent reads: app/agent/internal/config. */
const config = {
  mount: paths.mount,
  socket,
  roleFile: `${meeting}/role`,
  sidecars: user,
  litefs: {
    url: `http://127.0.0.1:${ports.litefs}`,
    data: paths.data,
    command: [
      ...[
        `${programs}/liteset-volume`,
        'start',
        ...volumeFlags,
        '-http',
        '',
        '-peers',
        peers,
        '-cluster-port',
        `${ports.cluster}`,
        '--',
      ],
      ...[`${programs}/litefs`, 'mount', '-skip-unmount', '-config', litefsConfig, '--', agent, 'ready'],
    ],
  },
  ...when(byKubernetes, { fenceUrl: `${consulUrl}/fence` }),
  release: new Expr<string>(`toString ${ROOT}Release.Revision`, 'quoted'),
  user: new Expr<string>(`${v.app.runAsUser.pipeline} | toString`, 'quoted'),
  group: new Expr<string>(`${v.app.runAsGroup.pipeline} | toString`, 'quoted'),
  ...optional('databases', v.app.databases),
  ...when(v.app.migrate.command, {
    migrate: { command: v.app.migrate.command, timeoutSeconds: number(v.app.migrate.timeoutSeconds) },
  }),
  app: { command: v.app.command, stopSeconds: number(v.app.stopSeconds) },
  ...optional('workers', v.app.workers),
};

define('agent', 'What process 1 of the container with your application reads, as YAML.', () => render(config));

export const agentJson = new Expr<string>(`include "liteset.agent" ${ROOT} | fromYaml | toJson`, 'quoted');
