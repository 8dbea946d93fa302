import type { ClientRequest, IncomingMessage } from 'node:http';
import { formatLine, type Report, SILENCE_MS } from './reports.ts';

/** The answer to a stream. It breaks when nothing has been heard for too long. */
export async function opened(stream: ClientRequest): Promise<IncomingMessage> {
  const silence = setTimeout(() => stream.destroy(new Error('silence')), SILENCE_MS);
  stream.once('close', () => clearTimeout(silence));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    stream.on('response', resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
  answer.on('data', () => silence.refresh());
  return answer.setEncoding('utf8');
}

/** Writes a report where it differs from the last; while the connection is slow, only the newest once it is not. */
export function reportWriter(
  stream: ClientRequest,
  report: () => Report,
): (again?: boolean, extra?: Partial<Report>) => void {
  let last = '';
  const write = (again = false, extra: Partial<Report> = {}): void => {
    if (stream.writableEnded || stream.destroyed) return;
    if (stream.writableNeedDrain && extra.refusal === undefined) return;
    const line = formatLine({ ...report(), ...extra });
    if (line === last && !again) return;
    last = line;
    stream.write(line);
  };
  stream.on('drain', () => write());
  return write;
}
