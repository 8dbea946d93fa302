import { TIMEOUTS } from '../rig/timeouts.ts';
import { runSchedules, SCHEDULES } from './schedules.ts';

test(
  'while no process is held up for longer than the sums allow, no two LiteFSes are primary at once',
  () => {
    const { terms, ...summary } = runSchedules(SCHEDULES, 'bounded');
    expect(summary).toEqual({ schedules: SCHEDULES, violations: [], stuck: [] });
    expect(terms).toBeGreaterThan(SCHEDULES);
  },
  TIMEOUTS.SCHEDULES,
);
