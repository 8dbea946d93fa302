import { formatMoney, fromColumn, MAX_CENTS, parseMoney, toColumn } from '../../../../app/invoices/model/money.ts';
import { money } from '../../../../app/invoices/pages/format.ts';
import { seeded } from '../../../../app/invoices/sample/random.ts';

const ROUNDS = 20_000;
const random = seeded(1);
const someCents = (): number => random.int(0, random.pick([99, 9_999, 999_999_999, MAX_CENTS]));

test('what is written as decimal digits is read back as the same cents', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const cents = someCents();
    expect(parseMoney(formatMoney(cents))).toBe(cents);
  }
});

test('a JSON number is read as the digits that the client wrote', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const cents = someCents();
    expect(parseMoney(JSON.parse(formatMoney(cents)))).toBe(cents);
  }
});

test('a column of binary fractions gives the same cents back', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const cents = someCents();
    expect(fromColumn(toColumn(cents))).toBe(cents);
  }
});

test.each([
  '',
  '-1',
  '+1',
  '1e2',
  '0.999',
  '.5',
  '1.',
  '1,5',
  ' 1',
  '123456789',
  'NaN',
  '0x10',
  '１',
  Number.NaN,
  -0.5,
  1e21,
  0.001,
])('%p is no amount of money', (value) => {
  expect(parseMoney(value)).toBeUndefined();
});

test.each([
  [0, '0.00', '$0.00'],
  [5, '0.05', '$0.05'],
  [123_456_789, '1234567.89', '$1,234,567.89'],
  [MAX_CENTS, '99999999.99', '$99,999,999.99'],
])('%p cents are %p, and %p for people', (cents, decimal, shown) => {
  expect(formatMoney(cents)).toBe(decimal);
  expect(money(decimal)).toBe(shown);
});
