/** How long each thing may take at the most, in milliseconds, on two cores that are busy with something else. */
export const TIMEOUTS = {
  /** To pack the library, install it into an application, compile that, and start two pods with it. */
  PACKAGE: 180_000,
  STOP: 40_000,
} as const;
