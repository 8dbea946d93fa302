import type { IncomingMessage } from 'node:http';
import type { Counters } from '../counters.ts';
import type { Membership } from '../membership/membership.ts';
import type { AckOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { Replicas } from '../replication/replicas.ts';
import type { Gate } from '../switchover/gate.ts';
import type { Application } from './application.ts';
import { mayForward, passedThrough } from './forward.ts';

/** What decides on writes. */
export interface AdmissionParts {
  membership: Membership;
  gate: Gate;
  replicas: Replicas;
  counters: Counters;
  /** Undefined where the application answers within this process. */
  application?: Application | undefined;
}

/** Whether this pod takes writes now, and what a request is told that nobody takes. */
export class Admission {
  readonly #ack: AckOptions;
  readonly #parts: AdmissionParts;

  constructor(ack: AckOptions, parts: AdmissionParts) {
    this.#ack = ack;
    this.#parts = parts;
  }

  /** Whether this pod may write: it may act as the primary, no switchover goes on, and the application answers. */
  get mayWrite(): boolean {
    const { membership, gate, application } = this.#parts;
    return membership.mayActAsPrimary() && !gate.closed && application?.ready !== false;
  }

  /** Whether it takes a write of a request: with `refuse`, only if as many replicas are there as have to have it. */
  get takesWrites(): boolean {
    const { replicas, policy } = this.#ack;
    return this.mayWrite && (policy === 'acknowledge' || this.#parts.replicas.all().length >= replicas);
  }

  /** Why a request got neither this pod nor the primary within so many milliseconds. Nothing was written. */
  refusal(req: IncomingMessage, waitedMs: number, cause: unknown): Problem {
    const { membership } = this.#parts;
    const because = (detail: string) => new Problem(problems.noPrimary, detail, { headers: RETRY_AFTER, cause });
    if (membership.role === 'primary') return this.#refusalOfPrimary(waitedMs, because);
    if (membership.primary === undefined) return because(`No primary was known for ${waitedMs} ms.`);
    if (mayForward(req)) {
      return because(`The primary ${membership.primary} could not be reached within ${waitedMs} ms.`);
    }
    const passed = passedThrough(req).join(', ');
    return because(`${passed} took ${membership.pod} for the primary, which it is not. Nothing was written.`);
  }

  #refusalOfPrimary(waitedMs: number, because: (detail: string) => Problem): Problem {
    const { membership, gate, replicas, counters, application } = this.#parts;
    if (gate.closed) return because(`A switchover has gone on for ${waitedMs} ms.`);
    if (!membership.mayActAsPrimary()) {
      return because(
        `LiteFS on ${membership.pod} is the primary, but its lease has run out or is not known. Nothing was written.`,
      );
    }
    if (application?.ready === false) {
      const detail = `The application on ${membership.pod} has not answered for ${waitedMs} ms. It was not sent the request.`;
      return new Problem(problems.applicationAway, detail, { headers: RETRY_AFTER });
    }
    counters.acknowledgeRefused++;
    const detail = `${replicas.all().length} replicas are connected, and ${this.#ack.replicas} must have a write. Nothing was written.`;
    return new Problem(problems.tooFewReplicas, detail, { headers: RETRY_AFTER });
  }
}
