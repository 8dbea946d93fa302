/** How many times slower than two idle cores this machine is, by LITESET_SLOW: stretches what is waited for, and what a failover may take. */
export const slow = Number(process.env['LITESET_SLOW'] ?? 1);
