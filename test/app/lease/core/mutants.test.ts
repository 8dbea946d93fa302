import { TIMEOUTS } from '../rig/timeouts.ts';
import { MUTANTS } from './model/mutants.ts';
import { run } from './model/run.ts';

/** How many schedules may pass before one shows that a protection is missing. */
const PATIENCE = 200_000;

test.each(MUTANTS)(
  'without $without, some schedule has two holders or a stale one',
  ({ variant, pauses, from = 0 }) => {
    let violation = '';
    for (let seed = from; seed < from + PATIENCE && violation === ''; seed++)
      violation = run(seed, pauses, variant).violation;
    expect(violation).toMatch(/^(two (primaries|pods acknowledge)|a stale pod becomes primary) at \d+ ms of seed \d+$/);
  },
  TIMEOUTS.MUTANT,
);
