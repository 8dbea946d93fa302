import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';

/** A map of Kubernetes' own, which the chart hands on as it is. */
export const map = <T extends object>() =>
  z.record(z.string(), z.unknown()).default({}) as unknown as z.ZodDefault<z.ZodType<T>>;

/** A list of Kubernetes' own objects, which the chart hands on as it is. */
export const list = <T>() =>
  z.array(z.record(z.string(), z.unknown())).default([]) as unknown as z.ZodDefault<z.ZodType<T[]>>;

/** Objects that the chart hands on as they are. */
export const unknowns = () => z.array(z.record(z.string(), z.unknown()));

/** Labels or annotations: Kubernetes takes nothing but strings. */
export const strings = () => z.record(z.string(), z.string()).default({});

/** A duration as Go writes it, such as `90s`, with one unit so that a pattern can check it. */
export const duration = () => z.string().regex(/^[1-9][0-9]*(s|m|h)$/);

/** The name of a Kubernetes object, or nothing. */
export const optionalName = () => z.string().regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/);

/** An amount of storage, with its unit. */
export const size = () => z.string().regex(/^[1-9][0-9]*(Mi|Gi|Ti)$/);

/** The same, or nothing. */
export const optionalSize = () => z.string().regex(/^([1-9][0-9]*(Mi|Gi|Ti))?$/);

/** Requests or limits of a container. */
export const quantities = (fallback: Record<string, string>) =>
  z.record(z.string(), z.union([z.string(), z.number()])).default(fallback) as unknown as z.ZodType<
    Record<string, k8s.Quantity>
  >;

/**
 * A store of the backup, or nothing. A password in it would be readable by everybody who may read the release, so it can
 * only be a reference to an environment variable, which the backup program fills in.
 */
export const storeUrl = () =>
  z.string().regex(/^((s3|gs|abs|oss|sftp|webdavs?):\/\/([^\s:@/?]+(:\$\([A-Za-z_]\w*\))?@)?[^\s@]+)?$/);
