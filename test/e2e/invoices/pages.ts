import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { leavingNoInvoices } from '../assertions/invoices.ts';
import { artifact } from '../cluster/diagnose.ts';
import { INGRESS, invoices } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';

// Without them, Chromium asks its maker for updates and the like: tests talk to this machine only.
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;

/** Opens a page; whatever script errors and failed requests it meets fail the test at the end. */
async function withPage(
  viewport: { width: number; height: number },
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport, baseURL: INGRESS });
  const page = await context.newPage();
  page.setDefaultTimeout(timeout('PAGE'));
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`));
  try {
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
}

/** What is written there, with single spaces. */
const texts = async (locator: Locator): Promise<string[]> =>
  (await locator.allTextContents()).map((it) => it.replaceAll(/\s+/g, ' ').trim());
const text = async (locator: Locator): Promise<string> => (await texts(locator)).join(' ');

const shoot = (page: Page, name: string) => page.screenshot({ path: artifact(`${name}.png`), fullPage: true });

/** The pages, in a real browser. */
export function pageStories(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET });
  }, timeout('PAGE'));
  afterAll(() => browser.close());

  describe.each([
    ['a desk', DESK],
    ['a phone', PHONE],
  ])('the pages on %s', (where, viewport) => {
    story('list, page, search and open invoices', invoices, () =>
      withPage(viewport, async (page) => {
        await page.goto('/');
        expect(await page.locator('tbody tr').count()).toBe(25);
        await expectNoSidewaysScroll(page);
        await shoot(page, `list on ${where}`);
        const first = await text(page.locator('tbody tr').first());
        await page.getByRole('link', { name: 'Next' }).click();
        await page.getByRole('link', { name: 'Previous' }).waitFor();
        expect(await text(page.locator('tbody tr').first())).not.toBe(first);

        await page.goto('/');
        const name = await text(page.locator('tbody tr td.name').first());
        await page.getByRole('searchbox').fill(name);
        await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
        await page.locator('.chip').waitFor();
        const found = await texts(page.locator('tbody tr td.name'));
        expect(new Set(found)).toEqual(new Set([name]));
        await shoot(page, `search on ${where}`);

        const number = await text(page.locator('tbody tr .key').first());
        await page.locator('tbody tr .key a').first().click();
        await page.getByRole('heading', { level: 1, name: number }).waitFor();
        expect(await text(page.locator('main'))).toContain(name);
        expect(await text(page.locator('footer'))).toMatch(/Answered by\s+invoices-\d\s+(primary|replica)\s+Position/i);
        await expectNoSidewaysScroll(page);
        await shoot(page, `invoice on ${where}`);
      }),
    );

    story('create an invoice, which is then the first of the list, and print it', invoices, () =>
      leavingNoInvoices(invoices, () =>
        withPage(viewport, async (page) => {
          await page.goto('/');
          await page.getByRole('link', { name: /New/ }).click();
          await page.getByRole('list', { name: 'Customers found' }).getByRole('button').first().click();
          await page.getByRole('button', { name: 'Change' }).waitFor();
          const track = page.getByRole('list', { name: 'Tracks found' }).getByRole('button');
          await track.nth(0).click();
          await page.locator('.basket li').nth(0).waitFor();
          await track.nth(1).click();
          await page.locator('.basket li').nth(1).waitFor();
          const amount = page.locator('.basket .amount').first();
          const one = await text(amount);
          await page.locator('input[name=quantity]').first().fill('3');
          await page.locator('input[name=quantity]').first().blur();
          await until('the amount of three', 'PAGE', async () => (await text(amount)) !== one);
          await shoot(page, `new invoice on ${where}`);
          await expectNoSidewaysScroll(page);
          await page.getByRole('button', { name: 'Create invoice' }).click();
          await page.waitForURL(/\/invoices\/\d+$/);
          const number = await text(page.getByRole('heading', { level: 1 }));
          expect(await texts(page.locator('td.quantity'))).toEqual([
            expect.stringMatching(/3$/),
            expect.stringMatching(/1$/),
          ]);

          await page.goto('/?sort=-number');
          expect(await text(page.locator('tbody tr .key').first())).toBe(number);
          await page.locator('tbody tr .key a').first().click();
          await page.waitForURL(/\/invoices\/\d+$/);
          await page.emulateMedia({ media: 'print' });
          await expect(page.getByRole('navigation').isVisible()).resolves.toBe(false);
          await expect(page.getByRole('button', { name: 'Print' }).isVisible()).resolves.toBe(false);
          await shoot(page, `print from ${where}`);
        }),
      ),
    );
  });
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { inner, outer } = await page.evaluate<{ inner: number; outer: number }>(
    '({ inner: document.documentElement.scrollWidth, outer: document.documentElement.clientWidth })',
  );
  expect(inner).toBeLessThanOrEqual(outer);
}
