import { isIP } from 'node:net';
import { z } from 'zod';
import { formatPositions, parsePositions } from '../../liteset/litefs/positions.ts';
import type { Known, LeaseRecord } from '../core/record.ts';

/** Annotations for what a `coordination.k8s.io` Lease has no field for. */
const ANNOTATION = {
  session: 'liteset.dev/session',
  pod: 'liteset.dev/primary-pod',
  primary: 'liteset.dev/primary',
  address: 'liteset.dev/primary-address',
  clusterId: 'liteset.dev/cluster-id',
  clusterIdConfirmed: 'liteset.dev/cluster-id-confirmed',
  positions: 'liteset.dev/positions',
} as const;

const leaseObject = z.object({
  metadata: z.object({
    resourceVersion: z.string().min(1),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .nullish(),
});

/** Names of pods of a StatefulSet: a part of the path when the pod is labelled. */
const POD_NAME = /^[a-z0-9][-a-z0-9.]{0,252}$/;

/** Reads the Lease as the API server shows it; undefined if it is none. Anybody may have edited it: what cannot be is empty. */
export function parseLease(body: unknown): Known | undefined {
  const { data } = leaseObject.safeParse(body);
  if (data === undefined) return undefined;
  const { annotations = {}, resourceVersion: version } = data.metadata;
  const [pod, address] = [annotations[ANNOTATION.pod] ?? '', annotations[ANNOTATION.address] ?? ''];
  const record: LeaseRecord = {
    holder: data.spec?.holderIdentity ?? '',
    session: annotations[ANNOTATION.session] ?? '',
    epoch: data.spec?.leaseTransitions ?? 0,
    durationMs: (data.spec?.leaseDurationSeconds ?? 0) * 1_000,
    pod: POD_NAME.test(pod) ? pod : '',
    primary: annotations[ANNOTATION.primary] ?? '',
    address: isIP(address) === 0 ? '' : address,
    clusterId: annotations[ANNOTATION.clusterId] ?? '',
    clusterIdConfirmed: annotations[ANNOTATION.clusterIdConfirmed] === 'true',
    positions: parsePositions(annotations[ANNOTATION.positions]),
  };
  return { record, version };
}

/** Names of the annotations that others have put on the Lease. */
export function othersAnnotations(body: unknown): readonly string[] {
  const own: readonly string[] = Object.values(ANNOTATION);
  const { annotations = {} } = leaseObject.safeParse(body).data?.metadata ?? {};
  return Object.keys(annotations).filter((name) => !own.includes(name));
}

/**
 * The JSON merge patch that turns the Lease into the record, if it still has that version: the API server answers 409 to
 * a patch with another resourceVersion. `renewTime` and `acquireTime` are for people; nothing here reads them. The
 * annotations of the names in `without` are removed.
 */
export function leasePatch(
  record: LeaseRecord,
  version: string,
  acquires: boolean,
  now: Date,
  without: readonly string[] = [],
): unknown {
  const time = now.toISOString().replace('Z', '000Z');
  return {
    metadata: {
      resourceVersion: version,
      annotations: {
        ...Object.fromEntries(without.map((name) => [name, null])),
        [ANNOTATION.session]: record.session,
        [ANNOTATION.pod]: record.pod,
        [ANNOTATION.primary]: record.primary,
        [ANNOTATION.address]: record.address,
        [ANNOTATION.clusterId]: record.clusterId,
        [ANNOTATION.clusterIdConfirmed]: String(record.clusterIdConfirmed),
        [ANNOTATION.positions]: formatPositions(record.positions),
      },
    },
    spec: {
      holderIdentity: record.holder || null,
      leaseDurationSeconds: Math.ceil(record.durationMs / 1_000),
      leaseTransitions: record.epoch,
      renewTime: time,
      ...(acquires && { acquireTime: time }),
    },
  };
}
