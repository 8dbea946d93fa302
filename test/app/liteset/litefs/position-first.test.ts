import { AskedPosition } from '../../../../app/liteset/litefs/asked-position.ts';
import type { LitefsEvent } from '../../../../app/liteset/litefs/events.ts';
import { ORIGIN, type Position } from '../../../../app/liteset/litefs/position.ts';
import { positionFirst } from '../../../../app/liteset/litefs/position-first.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { at } from '../rig/fake-primary.ts';

const init: LitefsEvent = { type: 'init', data: { isPrimary: true } };
const tx: LitefsEvent = { type: 'tx', db: 'app.db', data: { txID: at(8).txid, postApplyChecksum: at(8).checksum } };

/** A listener with a source that does what the test wants. */
function listening(ask: () => Promise<Position | undefined>) {
  const heard: unknown[] = [];
  const end = new AbortController();
  const listener = positionFirst(
    new AskedPosition(ask),
    { onEvent: ({ type }, position) => heard.push([type, position]), onLost: () => heard.push('lost') },
    end.signal,
  );
  return { heard, listener, end };
}

test('nothing is told before the position is known from which it goes on, and then in order', async () => {
  let answer: (position: Position) => void = () => {};
  const { heard, listener } = listening(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  listener.onEvent(init);
  listener.onEvent(tx);
  listener.onLost(new Error('the stream ended'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toEqual([]);
  answer(at(7));
  await waitFor('all to be told', () => heard.length === 3);
  expect(heard).toEqual([['init', at(7)], ['tx', undefined], 'lost']);
});

test('who cannot tell is asked again, and a database that is not there has no transaction', async () => {
  let asked = 0;
  const { heard, listener } = listening(async () => {
    if (++asked < 3) throw new Error('not yet');
    return undefined;
  });
  listener.onEvent(init);
  await waitFor('it to be told', () => heard.length === 1);
  expect([asked, heard]).toEqual([3, [['init', ORIGIN]]]);
});

test('at the end nobody is asked any more, and nothing is told', async () => {
  let asked = 0;
  const { heard, listener, end } = listening(async () => {
    asked++;
    throw new Error('never');
  });
  listener.onEvent(init);
  await waitFor('it to be asked', () => asked > 0);
  end.abort();
  const until = asked;
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect([asked, heard]).toEqual([until, []]);
});
