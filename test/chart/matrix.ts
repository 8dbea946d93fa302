import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One way to install the chart. */
export interface Case {
  /** Name of the values file, without its ending. */
  readonly name: string;
  /** Path of the values file. */
  readonly file: string;
  /** API groups and versions that Kubernetes itself does not have, such as `gateway.networking.k8s.io/v1`. */
  readonly needs: readonly string[];
}

const folder = 'test/chart/values';

/** All the ways to install the chart that are tested, from test/chart/values. The e2e tests send them to an API server. */
export const valuesMatrix = (): Case[] =>
  readdirSync(folder)
    .sort()
    .map((entry) => {
      const file = join(folder, entry);
      const needs = readFileSync(file, 'utf8').matchAll(/^# needs: (\S+)$/gm);
      return { name: basename(entry, '.yaml'), file, needs: [...needs].flatMap(([, api]) => api ?? []) };
    });
