import { Arrivals } from '../../../../app/liteset/group-commit/arrivals.ts';

/** Later than any two requests of a busy pod, in milliseconds. */
const LATER_MS = 50;
beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

const [one, other] = [{}, {}];
const isAlone = (arrivals: Arrivals, workMs = 0) =>
  arrivals.ifIdle(() => {
    jest.advanceTimersByTime(workMs);
    return true;
  }) ?? false;

test('a request is alone if none came just before it', () => {
  const arrivals = new Arrivals();
  const alone: boolean[] = [];
  for (const ms of [0, LATER_MS, 1, 1, LATER_MS]) {
    jest.advanceTimersByTime(ms);
    arrivals.note(one);
    alone.push(isAlone(arrivals));
  }
  expect(alone).toEqual([true, true, false, false, true]);
});

test('a request right after the work of another is not alone, unless it comes from the same client', () => {
  const arrivals = new Arrivals();
  const alone: boolean[] = [];
  for (const connection of [one, one, other, one, other]) {
    jest.advanceTimersByTime(1);
    arrivals.note(connection);
    alone.push(isAlone(arrivals, LATER_MS));
  }
  // The fourth and fifth have one just before them.
  expect(alone).toEqual([true, true, false, false, false]);
  jest.advanceTimersByTime(LATER_MS);
  arrivals.note(other);
  expect(isAlone(arrivals)).toBe(true);
});

test('a request is alone after work that failed, too', () => {
  const arrivals = new Arrivals();
  arrivals.note(one);
  const fails = () => {
    jest.advanceTimersByTime(LATER_MS);
    throw new Error('as it should');
  };
  expect(() => arrivals.ifIdle(fails)).toThrow('as it should');
  arrivals.note(other);
  expect(isAlone(arrivals)).toBe(false);
});
