import { check, type Offences } from '../../../lib/load/check.ts';
import type { Load } from '../../../lib/load/load.ts';
import type { Reply, Service } from '../../../lib/load/service.ts';
import type { LitefsPod } from './litefs-pod.ts';

/** The sample application as a load uses it: a mark is the text of a row. Each request goes to another of the pods that the Ingress would send to now. */
export function rowService(targets: () => readonly LitefsPod[]): Service {
  let turn = 0;
  /** The newest row that was shown with a token: whoever carries that token must not be shown less, whatever position the answer claims. */
  const shown = new Map<string, number>();
  const send = async (path: string, token: string | undefined, init: RequestInit = {}): Promise<Answered> => {
    const all = targets();
    const { url } = all[turn++ % all.length] as LitefsPod;
    try {
      const answer = await fetch(`${url}${path}`, { ...init, headers: token ? { 'Liteset-Token': token } : {} });
      return { answer, text: await answer.text(), said: `${answer.status} at ${url}` };
    } catch (error) {
      return { answer: undefined, text: '', said: `at ${url}: ${String(error)} ${String((error as Error).cause)}` };
    }
  };
  return {
    async write(mark, token) {
      const answered = await send('/rows', token, { method: 'POST', body: mark });
      const id = Number(answered.answer?.headers.get('Location')?.split('/').at(-1));
      return { ...replyTo(answered, 201), id };
    },
    async read(id, token) {
      const answered = await send('/rows/newest', token);
      const reply = replyTo(answered, 200);
      if (reply.outcome !== 'done') return reply;
      const { id: newest } = JSON.parse(answered.text) as { id: number };
      const least = Math.max(id ?? 0, shown.get(token ?? '') ?? 0);
      if (reply.token && !reply.mayGo) shown.set(reply.token, Math.max(newest, shown.get(reply.token) ?? 0));
      return { ...reply, found: newest >= least };
    },
  };
}

interface Answered {
  readonly answer: Response | undefined;
  readonly text: string;
  readonly said: string;
}

const replyTo = ({ answer, text, said }: Answered, success: number): Reply => ({
  outcome: answer?.status === success ? 'done' : 'unknown',
  pod: answer?.headers.get('Liteset-Pod') ?? '',
  txid: answer?.headers.get('Liteset-Position') ?? '',
  token: answer?.headers.get('Liteset-Token') ?? undefined,
  mayGo: isShort(answer?.headers.get('Liteset-Replicas') ?? ''),
  said: answer?.status === success ? said : `${said}: ${text}`,
});

/** Whether too few replicas have what is answered. Writes say how many have it in any case. */
const isShort = (replicas: string): boolean => {
  const [count = 0, wanted = 0] = replicas.split(' of ').map(Number);
  return count < wanted;
};

/** What contradicts the guarantees in the history of a load, judged by the rows that a pod has. */
export async function offences({ history, prefix }: Load, pod: LitefsPod): Promise<Offences> {
  const rows = (await (await fetch(`${pod.url}/rows`)).json()) as string[];
  return check(
    history.operations,
    rows.filter((text) => text.startsWith(prefix)),
  );
}
