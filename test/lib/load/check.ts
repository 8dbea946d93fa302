import { inWords, type Operation } from './history.ts';

/** What contradicts the guarantees, in words; all empty if nothing does. */
export interface Offences {
  /** Acknowledged, but not there. */
  readonly lost: string[];
  /** There more than once. */
  readonly duplicated: string[];
  /** Refused, but there. */
  readonly refusedButDone: string[];
  /** A session was shown less than before. */
  readonly backwards: string[];
  /** Two pods have acknowledged writes as the primary of the same moment. */
  readonly twoPrimaries: string[];
}

/** What a right history comes to. */
export const NO_OFFENCES: Offences = { lost: [], duplicated: [], refusedButDone: [], backwards: [], twoPrimaries: [] };

/** Judges a history by the marks that are in the database at its end, each as often as it is there. */
export function check(history: readonly Operation[], marks: readonly string[]): Offences {
  const times = new Map<string, number>();
  for (const mark of marks) times.set(mark, (times.get(mark) ?? 0) + 1);
  const writes = history.filter(({ kind }) => kind === 'write');
  const lost = writes.filter(({ outcome, mark }) => outcome === 'done' && !times.has(mark));
  const undead = writes.filter(({ outcome, mark }) => outcome === 'refused' && times.has(mark));
  return {
    lost: lost.map(inWords),
    duplicated: [...times].filter(([, count]) => count > 1).map(([mark, count]) => `${mark} is there ${count} times`),
    refusedButDone: undead.map(inWords),
    backwards: backwards(history),
    twoPrimaries: twoPrimaries(writes.filter(({ outcome, replayed }) => outcome === 'done' && !replayed)),
  };
}

/**
 * A session carries its token along, if it has one: no answer may cover less than one before, and its own write must be found. What an
 * answer says may be taken back does not bind later ones.
 */
function backwards(history: readonly Operation[]): string[] {
  const furthest = new Map<string, Operation>();
  const found: string[] = [];
  for (const operation of history) {
    if (operation.outcome !== 'done' || operation.session === undefined) continue;
    const before = furthest.get(operation.session);
    if (before && operation.txid < before.txid) found.push(`${inWords(operation)}, after ${inWords(before)}`);
    if (operation.found === false) found.push(`${inWords(operation)}, and did not find ${operation.mark}`);
    if (operation.txid > (before?.txid ?? '') && !operation.mayGo) furthest.set(operation.session, operation);
  }
  return found;
}

/**
 * A write that is sent after another was acknowledged has a higher TXID, whoever answers; and no TXID is of two pods.
 * Writes of one pod may share one, by group commit. An answer that is given again covers what the pod has that gives it,
 * so that it does not count.
 */
function twoPrimaries(acknowledged: readonly Operation[]): string[] {
  const found: string[] = [];
  const podOf = new Map<string, Operation>();
  for (const write of acknowledged) {
    const other = podOf.get(write.txid);
    if (other && other.pod !== write.pod) found.push(`${inWords(write)}; ${inWords(other)}`);
    podOf.set(write.txid, write);
  }
  const answered = acknowledged.toSorted((one, other) => one.answered - other.answered);
  let furthest: Operation | undefined;
  let next = 0;
  for (const write of acknowledged.toSorted((one, other) => one.sent - other.sent)) {
    for (let other = answered[next]; other && other.answered < write.sent; other = answered[++next])
      if (other.txid > (furthest?.txid ?? '')) furthest = other;
    if (furthest && write.txid <= furthest.txid) found.push(`${inWords(write)}, sent after ${inWords(furthest)}`);
  }
  return found;
}
