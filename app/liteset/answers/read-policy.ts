import type { Position } from '../litefs/position.ts';
import type { AckOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { Vouched } from '../replication/vouched.ts';
import { AnswerPolicy, type PolicyParts } from './answer-policy.ts';
import type { HeldResponse } from './held-response.ts';

/** The connection of this process that writes beside the one that reads, if there is one; see `Committer`. */
export interface OtherCommits {
  /** Whether there may be a commit while a request is served. */
  readonly isConcurrent: boolean;
  /** Settles when the commit has ended that a read may have seen half of; undefined while there is none. */
  readonly commitInProgress: Promise<void> | undefined;
}

/** Holds answers to reads until no failover takes back what they show. Those that cannot wait for it say so. */
export class ReadPolicy extends AnswerPolicy {
  readonly #vouched: Vouched;
  readonly #commits: () => OtherCommits | undefined;

  constructor(ack: AckOptions, parts: PolicyParts & { vouched: Vouched }, commits: () => OtherCommits | undefined) {
    super(ack, parts);
    this.#vouched = parts.vouched;
    this.#commits = commits;
  }

  /**
   * Keeps back what a read shows until the commit is over that it may have seen half of, and on the primary until enough
   * replicas have it. Where so few replicas are connected, or they take too long, the answer goes all the same, and its header says
   * so; so does that of a replica which may have what nobody else has.
   */
  hold(response: HeldResponse): void {
    const commits = this.#commits();
    if (!commits?.isConcurrent && this.ack.replicas === 0) return;
    response.hold(() => {
      // That it failed shows nothing of the database, and a commit may wait for a lock for long.
      const hasFailed = response.res.statusCode >= 500;
      const commit = hasFailed ? undefined : commits?.commitInProgress;
      if (commit !== undefined) void commit.then(() => this.#decide(response));
      else this.#decide(response);
    });
  }

  #decide(response: HeldResponse): void {
    const { replicas } = this.ack;
    const position = this.freeze(response);
    if (replicas === 0) response.settle();
    else if (!position) this.#release(response, 0);
    else if (this.membership.role === 'primary') this.#decideOnPrimary(response, position);
    else this.#release(response, this.#vouched.has(position) ? replicas : 0);
  }

  #decideOnPrimary(response: HeldResponse, position: Position): void {
    if (this.replicas.having(position).length >= this.ack.replicas) response.settle();
    else void this.#await(response, position);
  }

  async #await(response: HeldResponse, position: Position): Promise<void> {
    // Replicas that are not there would hold up every read for as long as they are gone.
    const areThere = this.replicas.all().length >= this.ack.replicas;
    const count = await this.confirm(response, position, areThere ? this.ack.timeoutMs : 0);
    if (count === 0 && this.membership.role !== 'primary') response.settle(notReplicated(this.membership.pod));
    else this.#release(response, count);
  }

  #release(response: HeldResponse, count: number): void {
    if (count < this.ack.replicas) {
      this.counters.readsShort++;
      this.say(response, count);
    }
    response.settle();
  }
}

function notReplicated(pod: string): Problem {
  const detail = `${pod} ceased to be the primary before a replica had what was read on it. Read again.`;
  return new Problem(problems.readNotReplicated, detail, { headers: RETRY_AFTER });
}
