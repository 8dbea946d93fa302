import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { limited, requested } from './kubernetes/resources.ts';

/** Objects that the chart hands on as they are. */
export const unknowns = () => z.array(z.record(z.string(), z.unknown()));

/** A duration as Go writes it, such as `90s`, with one unit so that a pattern can check it. No more than Go can hold. */
export const duration = () => z.string().regex(/^[1-9][0-9]{0,5}(s|m|h)$/);

type Amounts = z.ZodType<Record<string, k8s.Quantity>>;
/** What a container of the chart requests. */
export const requests = (fallback: Record<string, string>) => requested().default(fallback) as unknown as Amounts;
/** What a container of the chart may use. */
export const limits = (fallback: Record<string, string>) => limited().default(fallback) as unknown as Amounts;

/**
 * A store of the backup, or nothing. A password in it would be readable by everybody who may read the release, so it can
 * only be a reference to an environment variable, which the backup program fills in.
 */
export const storeUrl = () =>
  z.string().regex(/^((s3|gs|abs|oss|sftp|webdavs?):\/\/([^\s:@/?]+(:\$\([A-Za-z_]\w*\))?@)?[^\s@]+)?$/);
