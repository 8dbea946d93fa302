import { freePort } from '../../../lib/free-port.ts';
import { LitefsPod } from './litefs-pod.ts';

/** How a pair is started. */
export interface PairOptions {
  directory: string;
  journalMode?: string;
  /** The application of both pods. Default: the sample application. */
  program?: string;
  /** Port on which the replica finds the LiteFS of the primary, whose own port it is given. Default: that one. */
  between?: (litefsPort: number) => Promise<number>;
}

/** Starts a primary and a replica with a static lease, each on the real LiteFS with a mount and an application. */
export async function litefsPair({
  directory,
  journalMode = 'wal',
  between = async (port) => port,
  ...application
}: PairOptions) {
  const [litefsPort, otherPort] = [await freePort(), await freePort()];
  const shared = {
    ...application,
    ...{ directory, journalMode, port: await freePort('127.0.0.2'), primaryHost: '127.0.0.2' },
    ...{ primaryUrl: `http://127.0.0.1:${await between(litefsPort)}`, primaryWaitMs: 30_000 },
  };
  const primary = new LitefsPod({ ...shared, name: 'pod-0', host: '127.0.0.2', litefsPort, candidate: true });
  const other = { name: 'pod-1', host: '127.0.0.3', litefsPort: otherPort, candidate: false };
  const replica = new LitefsPod({ ...shared, ...other });
  try {
    await primary.start();
    await replica.start();
  } catch (error) {
    await Promise.all([replica.stop(), primary.stop()]);
    throw error;
  }
  return { primary, replica, replicaUrl: `http://127.0.0.1:${otherPort}` };
}
