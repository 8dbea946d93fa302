import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { readEnv } from '../liteset/lib/read-env.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const required = z.string().min(1);
const list = z.string().transform((text) => text.split(',').filter((entry) => entry !== ''));

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  POD_NAME: required,
  POD_UID: required,
  POD_NAMESPACE: required,
  LEASE_NAME: required,
  LEASE_SECONDS: z.coerce.number().int().min(3).max(600).default(5),
  LEASE_GRACE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(30),
  LITEFS_URL: z.url({ protocol: /^http$/ }).default('http://127.0.0.1:20202'),
  /** `GET /liteset/confirmed` of this pod's application. */
  CONFIRMED_URL: z.url({ protocol: /^http$/ }).optional(),
  PEERS: list.default([]),
  POD_IPS: list.optional(),
  CONSUL_HOST: z.string().default('127.0.0.1'),
  CONSUL_PORT: port.default(8500),
  LINK_PORT: port.default(8502),
  STATUS_HOST: z.string().optional(),
  STATUS_PORT: port.default(8501),
  ROLE_LABEL: z.enum(['true', 'false']).default('true'),
  KUBERNETES_API_URL: z.url({ protocol: /^https$/ }).optional(),
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  KUBERNETES_SERVICE_PORT: port.default(443),
  KUBERNETES_CREDENTIALS: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** The environment variables that are read. The chart sets no others. */
export type Variables = z.input<typeof Env>;

/** What the environment says, checked. */
export type Config = z.infer<typeof Env> & { readonly apiUrl: string; readonly ownAddresses: readonly string[] };

/** Reads the configuration; see `readEnv`. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const data = readEnv(Env, env);
  const host = data.KUBERNETES_SERVICE_HOST ?? 'kubernetes.default.svc';
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    ...data,
    apiUrl: data.KUBERNETES_API_URL ?? `https://${bracketed}:${data.KUBERNETES_SERVICE_PORT}`,
    ownAddresses:
      data.POD_IPS ?? Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []),
  };
}
