import { TIMEOUTS } from '../rig/timeouts.ts';
import { runSchedules, SCHEDULES } from './schedules.ts';

test(
  'however long processes are held up, no two applications that look at the fence acknowledge at once',
  () => {
    const { terms, ...summary } = runSchedules(SCHEDULES, 'any');
    expect(summary).toEqual({ schedules: SCHEDULES, violations: [], stuck: [] });
    expect(terms).toBeGreaterThan(SCHEDULES);
  },
  TIMEOUTS.SCHEDULES,
);
