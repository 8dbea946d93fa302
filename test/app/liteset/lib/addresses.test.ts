import { Addresses } from '../../../../app/liteset/lib/addresses.ts';

const NEVER = new Promise<never>(() => {});
/** How long a test lets DNS take, in milliseconds. */
const MS = 50;

test('the addresses that DNS says are passed on, each once', async () => {
  const addresses = new Addresses(async (name) => (name === 'one' ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2']));
  expect(await addresses.of(['one', 'two'], 1_000)).toEqual(['10.0.0.1', '10.0.0.2']);
});

test('an address is known without DNS', async () => {
  expect(await new Addresses().of(['127.0.0.7'], 1_000)).toEqual(['127.0.0.7']);
});

test.each([
  ['hangs', () => NEVER],
  ['fails', () => Promise.reject(new Error('EAI_AGAIN'))],
])('while DNS %s, what it said last is used', async (_how, ill) => {
  let answers: () => Promise<string[]> = async () => ['10.0.0.1'];
  const addresses = new Addresses(() => answers());
  await addresses.of(['pods'], 1_000);
  answers = ill;
  expect(await addresses.of(['pods'], MS)).toEqual(['10.0.0.1']);
});

test('while a look-up hangs no other is begun for that name, since each takes a thread of the process', async () => {
  let begun = 0;
  const addresses = new Addresses(() => {
    begun++;
    return NEVER;
  });
  for (let i = 0; i < 5; i++) expect(await addresses.of(['pods'], MS)).toEqual([]);
  expect(begun).toBe(1);
});
