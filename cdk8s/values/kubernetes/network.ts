import { z } from 'zod';
import { labelSelector, portName } from './names.ts';

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = `(${OCTET}\\.){3}${OCTET}`;

const GROUP = '[0-9a-fA-F]{1,4}';
/** So many groups, `::`, and as many at the most that one is left out. */
const shortened = Array.from({ length: 6 }, (_, i) => `(${GROUP}:){${i + 1}}(:${GROUP}){1,${6 - i}}`);
const IPV6 = [`(${GROUP}:){7}${GROUP}`, `(${GROUP}:){1,7}:`, ...shortened, `:((:${GROUP}){1,7}|:)`].join('|');

/** An address of IPv4 or IPv6 with the length of its prefix. */
export const cidr = () =>
  z.string().regex(new RegExp(`^(${IPV4}/(3[0-2]|[12]?[0-9])|(${IPV6})/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`));

const peer = z.union([
  z.strictObject({ podSelector: labelSelector() }),
  z.strictObject({ namespaceSelector: labelSelector(), podSelector: labelSelector().optional() }),
  z.strictObject({ ipBlock: z.strictObject({ cidr: cidr() }) }),
]);
const protocol = z.enum(['TCP', 'UDP', 'SCTP']).optional();
const number = z.int().min(1).max(65_535);
const port = z.union([
  z.strictObject({ protocol, port: number.optional() }),
  z.strictObject({ protocol, port: portName() }),
  z.strictObject({ protocol, port: number, endPort: number }),
]);

/** Who may connect to what: rules of a NetworkPolicy. */
export const ingressRules = () =>
  z.array(z.strictObject({ from: z.array(peer).optional(), ports: z.array(port).optional() })).default([]);
