import { z } from 'zod';
import { env } from './kubernetes/env.ts';
import { label } from './kubernetes/names.ts';
import { limits, requests } from './types.ts';

/** A command with its arguments. No shell reads it. */
const command = () => z.array(z.string().min(1));

/** A number, or a name in the image's /etc/passwd or /etc/group; nothing if empty. */
const account = () => z.union([z.int().min(0).max(2_147_483_647), z.string().regex(/^([a-z_][-a-z0-9_.]{0,31}\$?)?$/)]);

const stopSeconds = () => z.int().min(1).max(500);

/** The name of a file in LiteFS's folder, which is flat. Those endings are SQLite's and LiteFS's own. */
const databaseName = () => z.string().regex(/^[A-Za-z0-9_][-A-Za-z0-9_.]{0,99}$/);

/** An absolute path without `..` or `//`. */
const path = () => z.string().regex(/^(\/[^/\s.][^/\s]*)+$/);

/** An application of your own, which knows nothing of Liteset. */
export const yourApplication = {
  image: z.strictObject({
    repository: z
      .string()
      .regex(/^([A-Za-z0-9][-A-Za-z0-9._:/]*)?$/)
      .default('')
      .describe('Image of your application. The invoice service runs if empty.')
      .meta({ examples: ['registry.example/shop'] }),
    tag: z
      .string()
      .regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/)
      .default('')
      .describe('Tag of the image of your application. `latest` if empty, which says nothing of what runs.'),
    digest: z
      .string()
      .regex(/^(sha256:[a-f0-9]{64})?$/)
      .default('')
      .describe('Digest of the image of your application (`sha256:…`). Decides instead of the tag if both are set.'),
    pullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never'])
      .default('IfNotPresent')
      .describe('When to pull the image of your application.'),
  }),
  command: command()
    .default([])
    .describe(
      'How your application starts: the entrypoint of its image, and the arguments. Kubernetes cannot look them up; ' +
        '`docker inspect` shows both.',
    )
    .meta({ examples: [['gunicorn', 'shop.wsgi', '--bind=127.0.0.1:8000']] }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(8_080)
    .describe('Port on which your application listens. Liteset takes 8500, 8501, 9090, 20200, 20202, 20203 and 20204.'),
  runAsUser: account()
    .default('')
    .describe('User that your application runs as: a number, or a name in its image.')
    .meta({ examples: [1000] }),
  runAsGroup: account()
    .default('')
    .describe('Group that your application runs as: a number, or a name in its image. The group of its user if empty.'),
  databases: z
    .array(z.strictObject({ name: databaseName(), path: path().optional() }))
    .max(16)
    .default([])
    .describe(
      'Databases of your application: files in /litefs, by name. `path` says where your application looks for one, if that ' +
        'cannot be set: the agent puts a link there.',
    )
    .meta({ examples: [[{ name: 'data.db', path: '/pb_data/data.db' }]] }),
  migrate: z.strictObject({
    command: command()
      .default([])
      .describe(
        'What brings the database up to date, before your application starts on a new primary. Nothing if empty.',
      )
      .meta({ examples: [['python', 'manage.py', 'migrate', '--noinput']] }),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('How long that may take, in seconds. Then the pod gives the role of the primary up.'),
  }),
  workers: z
    .array(
      z.strictObject({ name: label(), command: command().min(1), env: env(), stopSeconds: stopSeconds().optional() }),
    )
    .max(32)
    .default([])
    .describe(
      'More processes of your application, which run beside it on the primary. Without `stopSeconds`, one has those of the application.',
    )
    .meta({ examples: [[{ name: 'tasks', command: ['python', 'manage.py', 'qcluster'] }]] }),
  stopSeconds: stopSeconds()
    .default(20)
    .describe('How long your application may take to end after SIGTERM, in seconds.'),
  ready: z.strictObject({
    path: z
      .string()
      .regex(/^(\/[^\s#]*)?$/)
      .default('')
      .describe(
        'Path at which your application answers with less than 400 once it is ready. If empty, it has to take connections.',
      )
      .meta({ examples: ['/api/health'] }),
  }),
  readOnlyRootFilesystem: z
    .boolean()
    .default(false)
    .describe(
      'Whether the file system of the image of your application is read-only. Not together with `databases[].path`.',
    ),
};

/** The sidecar through which all requests to your application go. */
export const proxy = z.strictObject({
  resources: z.strictObject({
    requests: requests({ cpu: '20m', memory: '96Mi' }).describe(
      'What the proxy in front of your application requests.',
    ),
    limits: limits({ memory: '256Mi' }).describe('What the proxy in front of your application may use at most.'),
  }),
});
