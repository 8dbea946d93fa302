import { AskedPosition } from '../../../../app/liteset/litefs/asked-position.ts';
import type { Position } from '../../../../app/liteset/litefs/position.ts';
import { Copy } from '../../../../app/liteset/membership/copy.ts';
import { at } from '../rig/fake-primary.ts';

/** A source whose questions are answered by the test, in order. */
function asked() {
  const questions: { answer(position: Position | undefined): void; fail(): void }[] = [];
  const source = new AskedPosition(
    () =>
      new Promise((resolve, reject) => {
        questions.push({ answer: resolve, fail: () => reject(new Error('unsettled')) });
      }),
  );
  return { questions, source, copy: new Copy('/litefs/app.db', source) };
}
/** Until whatever can go on has gone on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('who asks while a question is out gets the answer of the next one, with all who came before it', async () => {
  const { questions, source } = asked();
  const [first, second, third] = [source.settle(), source.settle(), source.settle()];
  await turn();
  const late = [source.settle(), source.settle()];
  expect(questions).toHaveLength(1);
  questions[0]?.answer(at(1));
  expect(await Promise.all([first, second, third])).toEqual([at(1), at(1), at(1)]);
  await turn();
  expect(questions).toHaveLength(2);
  questions[1]?.answer(at(2));
  expect(await Promise.all(late)).toEqual([at(2), at(2)]);
});

test('a question that fails fails those who asked it, and no others', async () => {
  const { questions, source } = asked();
  const first = source.settle();
  await turn();
  const second = source.settle();
  questions[0]?.fail();
  await expect(first).rejects.toThrow('unsettled');
  await turn();
  questions[1]?.answer(at(1));
  expect(await second).toEqual(at(1));
});

test('a copy stands where was answered or told last, whichever is later', async () => {
  const { questions, copy } = asked();
  copy.begin(at(5));
  expect(copy.position()).toEqual(at(5));
  const settled = copy.settle();
  await turn();
  questions[0]?.answer(at(8));
  expect(await settled).toEqual(at(8));
  // Told later, and not as new.
  copy.advance(at(6));
  expect(copy.position()).toEqual(at(8));
  copy.advance(at(7));
  copy.advance(at(8));
  copy.advance(at(9));
  expect(copy.position()).toEqual(at(9));
});

test('an answer that is older than what was told meanwhile is given to who asked, and forgotten', async () => {
  const { questions, copy } = asked();
  copy.begin(at(5));
  const settled = copy.settle();
  await turn();
  copy.advance(at(6));
  questions[0]?.answer(at(5));
  expect(await settled).toEqual(at(5));
  expect(copy.position()).toEqual(at(6));
});

test('what was answered in a history that was replaced is forgotten, though its numbers were higher', async () => {
  const { questions, copy } = asked();
  copy.begin(at(5));
  copy.advance(at(6));
  const settled = copy.settle();
  await turn();
  questions[0]?.answer(at(9));
  await settled;
  const late = copy.settle();
  await turn();
  copy.expectDivergence(true);
  copy.advance(at(7, 'b'));
  questions[1]?.answer(at(9));
  await late;
  expect(copy.position()).toEqual(at(7, 'b'));
});
