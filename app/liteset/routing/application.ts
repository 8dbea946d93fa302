import type { Socket } from 'node:net';

/** The application, where it is a process of its own that requests are passed on to. */
export interface Application {
  /** Whether it answers. While it does not, requests wait as they do without a primary. */
  readonly ready: boolean;
  /** Calls the listener whenever `ready` has changed. */
  onChange(listener: () => void): void;
  /** Opens a connection to it, on which nothing is sent; undefined if it cannot be reached, and then it is not ready any more. */
  connect(): Promise<Socket | undefined>;
  /**
   * Stops it for a switchover, before the lease moves: when this returns, nothing of it writes any more. Whatever comes of the
   * switchover, `start` follows.
   *
   * @throws if it may still run.
   */
  stop(): Promise<void>;
  /** Lets it run again where it should: here, or not here any more if the lease has moved. Never throws. */
  start(moved: boolean): Promise<void>;
}
