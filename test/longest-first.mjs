import Sequencer from '@jest/test-sequencer';

/** Files that take long, by a part of their path, the longest first. */
const LONG = ['/lease/core/schedules-', '/e2e/chaos-', '/e2e/invoices', '/e2e/lease-', '/e2e/backup', '/liteset/answers/acknowledge'];

/** A run ends sooner if long files begin first; the others come in jest's own order, which learns from earlier runs. */
export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const rank = ({ path }) => LONG.findIndex((part) => path.includes(part)) + 1 || LONG.length + 1;
    return (await super.sort(tests)).toSorted((one, other) => rank(one) - rank(other));
  }
}
