import { waitFor } from '../../../lib/wait-for.ts';
import { FakePrimary } from '../rig/fake-primary.ts';

/** A primary whose LiteFS ends between a handler's work and its answer: what replicas have is known, not what they lack. */
let primary: FakePrimary;
beforeEach(async () => {
  primary = new FakePrimary();
  await primary.start({ ackReplicas: 1 });
  await primary.joins('pod-1');
});
afterEach(() => primary.stop());

/** Has the handler answer, after something has happened. */
const answerAfter = async (method: string, happens: () => void) => {
  const answer = fetch(`${primary.url}/slow`, { method });
  await waitFor('the handler to be called', async () => primary.open.length === 1);
  happens();
  primary.open.pop()?.end('answer');
  const { status, headers } = await answer;
  return { status, replicas: headers.get('Liteset-Replicas') };
};
const ends = () => primary.litefs.hide('app.db');

test('a write that replicas have is acknowledged, and one of which nobody can tell is not', async () => {
  expect(await answerAfter('POST', () => {})).toEqual({ status: 200, replicas: '1 of 1' });
  expect(await answerAfter('POST', ends)).toEqual({ status: 504, replicas: null });
});

test('a read of what replicas have says nothing, and one of which nobody can tell says so', async () => {
  expect(await answerAfter('GET', () => {})).toEqual({ status: 200, replicas: null });
  expect(await answerAfter('GET', ends)).toEqual({ status: 200, replicas: '0 of 1' });
});
