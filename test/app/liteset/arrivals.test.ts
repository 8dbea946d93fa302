import { Arrivals } from '../../../app/liteset/arrivals.ts';

/** Later than any two requests of a busy pod, in milliseconds. */
const LATER_MS = 50;
beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

test('a request is a lone one if none came just before it', () => {
  const arrivals = new Arrivals();
  const lone: boolean[] = [];
  for (const ms of [0, LATER_MS, 1, 1, LATER_MS]) {
    jest.advanceTimersByTime(ms);
    arrivals.note();
    lone.push(arrivals.lone);
  }
  expect(lone).toEqual([true, true, false, false, true]);
});
