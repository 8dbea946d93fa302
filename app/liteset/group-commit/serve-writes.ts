import type { MessagePort } from 'node:worker_threads';
import { Group, type GroupLimits } from './group.ts';
import { toMessage } from './outcome-message.ts';
import type { FromThread, ToThread, WriteCall } from './protocol.ts';
import type { Writes } from './writes.ts';

export { DEFAULT_LIMITS, type GroupLimits } from './group.ts';
export type { Writes } from './writes.ts';

/** What the program of a thread that writes has to give. */
export interface WriteService extends Writes {
  /** `Liteset.version`, which has to change with a commit. Default: nobody knows it, and SQLite's word is taken. */
  version?(): string | undefined;
  /** Closes the connection; `connection` opens another. */
  close(): void;
}

/** Does in a thread what `WriterThread` asks for there. */
export function serveWrites(port: MessagePort | null, limits: GroupLimits, service: WriteService): void {
  if (!port) throw new Error('serveWrites is called in a thread, see WriterThread.');
  const group = new Group(limits, service.version);
  const explain = service.explain ?? ((error) => error);
  const waiting: WriteCall[] = [];
  let begun: Int32Array;

  const runGroup = (): void => {
    Atomics.add(begun, 0, 1);
    const writes = waiting.map(
      ({ name, values }) =>
        () =>
          service.write(name, values),
    );
    const outcomes = group.run(service.connection, writes);
    waiting.splice(0, outcomes.length);
    const messages = outcomes.map((one) => toMessage(one, explain));
    port.postMessage({ group: Atomics.load(begun, 0), outcomes: messages } satisfies FromThread);
    // Not at once: messages that came meanwhile are taken in between.
    if (waiting.length > 0) setImmediate(runGroup);
  };
  port.on('message', (order: ToThread) => {
    if ('begun' in order) {
      begun = order.begun;
    } else if ('close' in order) {
      service.close();
      Atomics.store(order.close, 0, 1);
      Atomics.notify(order.close, 0);
    } else {
      if (waiting.length === 0) setImmediate(runGroup);
      waiting.push(...order.run);
    }
  });
}
