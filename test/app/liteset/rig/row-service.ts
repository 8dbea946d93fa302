import { check, type Offences } from '../../../lib/load/check.ts';
import type { Load } from '../../../lib/load/load.ts';
import type { Reply, Service } from '../../../lib/load/service.ts';
import type { LitefsPod } from './litefs-pod.ts';

/** The sample application as a load uses it: a mark is the text of a row. Each request goes to another of the pods that the Ingress would send to now. */
export function rowService(targets: () => readonly LitefsPod[]): Service {
  let turn = 0;
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
      return { ...reply, found: newest >= (id ?? 0) };
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
  mayGo: answer?.headers.get('Liteset-Replicas') !== null,
  said: answer?.status === success ? said : `${said}: ${text}`,
});

/** What contradicts the guarantees in the history of a load, judged by the rows that a pod has. */
export async function offences({ history, prefix }: Load, pod: LitefsPod): Promise<Offences> {
  const rows = (await (await fetch(`${pod.url}/rows`)).json()) as string[];
  return check(
    history.operations,
    rows.filter((text) => text.startsWith(prefix)),
  );
}
