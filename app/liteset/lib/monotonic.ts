/** The kernel's monotonic clock, in milliseconds: processes of a pod can compare their readings, those of two pods cannot. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
