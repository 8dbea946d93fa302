import type { LitefsPod } from '../../liteset/rig/litefs-pod.ts';

/** The texts that were sent, and what failed of them. */
export interface ClientsResult {
  sent: string[];
  failed: string[];
}

/** Clients that write through each pod in turn, one request after the other, until they are told to end. */
export function clients(name: string, pods: readonly LitefsPod[]) {
  let isOver = false;
  const sent: string[] = [];
  const failed: string[] = [];
  const client = async (number: number) => {
    for (let i = number; !isOver; i++) {
      const text = `${name} ${number} ${i}`;
      const { url = '' } = pods[i % pods.length] ?? {};
      sent.push(text);
      // Every fifth is at work for a while, and writes at its end.
      const path = i % 5 === 0 ? `/slow?ms=200&text=${encodeURIComponent(text)}` : '/rows';
      const init = path === '/rows' ? { method: 'POST', body: text } : {};
      try {
        const answer = await fetch(`${url}${path}`, init);
        if (!answer.ok) failed.push(`${text}: ${answer.status} ${await answer.text()}`);
        else await answer.arrayBuffer();
      } catch (error) {
        failed.push(`${text} at ${url}: ${String((error as Error).cause)}`);
      }
    }
  };
  const running = Promise.all(Array.from({ length: 6 }, (_one, number) => client(number)));
  return {
    get count() {
      return sent.length;
    },
    async end() {
      isOver = true;
      await running;
      return { sent, failed };
    },
  };
}

/** Nothing failed, and everything was done once, by the rows that a URL tells. */
export async function expectAll({ sent, failed }: ClientsResult, url: string): Promise<void> {
  expect(failed).toEqual([]);
  const done = new Map<string, number>();
  for (const text of (await (await fetch(url)).json()) as string[]) done.set(text, (done.get(text) ?? 0) + 1);
  expect(sent.filter((text) => done.get(text) !== 1)).toEqual([]);
}
