import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerLines } from '../lib/json-lines.ts';
import { lines } from '../lib/lines.ts';
import type { Replica, Replicas } from './replicas.ts';
import { formatLine, HEARTBEAT_MS, type Order, parseReport, SILENCE_MS } from './reports.ts';

/**
 * Takes in the stream of reports of one replica, see `ReportSession`, until it ends. A new stream of the same pod takes the place of
 * the old.
 */
export async function acceptReports(replicas: Replicas, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const sendLine = answerLines(res);
  const send = (order: Order): void => sendLine(formatLine(order));
  const silence = setTimeout(() => req.destroy(), SILENCE_MS);
  const heartbeat = setInterval(() => send(replicas.heartbeat()), HEARTBEAT_MS);
  const address = req.socket.remoteAddress ?? '';
  let replica: Replica | undefined;
  send(replicas.heartbeat());
  try {
    for await (const line of lines(req.setEncoding('utf8'))) {
      silence.refresh();
      const report = parseReport(line);
      if (!report) continue;
      replica = { ...report, address, send };
      replicas.put(replica);
      if (report.replaced) send({ discarded: replicas.foreign(report.replaced) });
    }
  } catch {
    // The connection broke; the replica will come back.
  } finally {
    clearTimeout(silence);
    clearInterval(heartbeat);
    res.end();
    if (replica) replicas.remove(replica);
  }
}
