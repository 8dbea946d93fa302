import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { readEnv } from '../liteset/lib/read-env.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const required = z.string().min(1);
const list = z.string().transform((text) => text.split(',').filter((entry) => entry !== ''));

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  POD_NAME: required.describe('Name of this pod.'),
  POD_UID: required.describe('UID of this pod. A new pod of the same name has another.'),
  POD_NAMESPACE: required.describe('Namespace of this pod and of the Lease.'),
  LEASE_NAME: required.describe('Name of the Lease.'),
  LEASE_SECONDS: z.coerce.number().int().min(3).max(600).default(5).describe('How long a lease lasts, in seconds.'),
  LEASE_GRACE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('How long a pod that may lack transactions is refused the lease, in seconds.'),
  LITEFS_URL: z
    .url({ protocol: /^http$/ })
    .default('http://127.0.0.1:20202')
    .describe("LiteFS's HTTP server in this pod."),
  CONFIRMED_URL: z
    .url({ protocol: /^http$/ })
    .optional()
    .describe(
      "`GET /liteset/confirmed` of this pod's application. Without it the position of LiteFS goes into the Lease.",
    ),
  PEERS: list.default([]).describe('DNS names whose addresses are all pods, separated by commas.'),
  POD_IPS: list
    .optional()
    .describe("Addresses of this pod, separated by commas. Default: those of the machine's network interfaces."),
  CONSUL_HOST: z.string().default('127.0.0.1').describe('Address on which the sidecar plays Consul for LiteFS.'),
  CONSUL_PORT: port.default(8500).describe('Port of the same.'),
  LINK_PORT: port.default(8502).describe('Port through which LiteFS reaches the primary without DNS.'),
  STATUS_HOST: z
    .string()
    .optional()
    .describe('Address on which probes and metrics are answered. All addresses if unset.'),
  STATUS_PORT: port.default(8501).describe('Port of the same.'),
  ROLE_LABEL: z.enum(['true', 'false']).default('true').describe('Whether the pod is labelled with its role.'),
  KUBERNETES_API_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('URL of the API server. Default: made of the next two variables.'),
  KUBERNETES_SERVICE_HOST: z.string().optional().describe('Host of the API server. Kubernetes sets it.'),
  KUBERNETES_SERVICE_PORT: port.default(443).describe('Port of the API server. Kubernetes sets it.'),
  KUBERNETES_CREDENTIALS: z
    .string()
    .default('/var/run/secrets/kubernetes.io/serviceaccount')
    .describe("Folder with the ServiceAccount's token and the API server's certificate."),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least level that is logged.'),
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
