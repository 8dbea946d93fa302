import { z } from 'zod';
import { quantity } from './names.ts';

const STANDARD = 'cpu|memory|ephemeral-storage';
const DEVICE = '[a-z0-9][-a-z0-9.]*[a-z0-9]/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';

/** What a container requests. A device is only a limit: Kubernetes requests as much of it. */
export const requested = () => z.record(z.string().regex(new RegExp(`^(${STANDARD})$`)), quantity());

/** What a container may use, devices such as `example.com/gpu` among it. */
export const limited = () => z.record(z.string().regex(new RegExp(`^(${STANDARD}|${DEVICE})$`)), quantity());
