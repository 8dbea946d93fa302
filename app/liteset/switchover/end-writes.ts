import type { Membership } from '../membership/membership.ts';
import type { Application } from '../routing/application.ts';
import type { Gate } from './gate.ts';
import { failed } from './promotion.ts';

/**
 * How long answers of an application may go on that have begun, in milliseconds. Then it is stopped, which ends what has no end, such
 * as a stream of events; it may take its time for the others.
 */
const ANSWERS_MS = 1_000;

/** What has to end. */
interface Writers {
  membership: Membership;
  gate: Gate;
  /** Undefined where the application answers within this process. */
  application?: Application | undefined;
}

/**
 * Waits until nothing writes any more, the gate being closed. Returns until when what follows has time, by `performance.now()`: how long
 * an application may take to stop is not counted.
 *
 * @throws Problem if writes go on at the time `end`, or the application may still run.
 */
export async function endWrites({ membership, gate, application }: Writers, end: number): Promise<number> {
  const { changes, copy } = membership;
  const left = () => end - performance.now();
  if (application) await changes.until(() => gate.idle, Math.min(ANSWERS_MS, left()));
  const isOver = () => gate.idle || (application !== undefined && gate.allAnswer);
  if (!(await changes.until(isOver, left()))) throw failed('Writes in progress did not end in time.');
  if (!application) return end;
  const stopping = performance.now();
  try {
    await application.stop();
    // What it did last may not have been told yet.
    await copy.settle();
  } catch (error) {
    throw failed(`The application did not stop: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return end + performance.now() - stopping;
}
