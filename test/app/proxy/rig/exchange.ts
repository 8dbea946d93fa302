import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** A request that a test sends as it is. */
export interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  /** Sent in these pieces. */
  body?: readonly Buffer[];
  /** The client goes away after so many pieces. */
  leaveAfter?: number;
}

/** What came of it. */
export interface Exchanged {
  /** 0 if the connection broke before there was a head. */
  status: number;
  reason: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  /** Whether the whole answer came. */
  whole: boolean;
  informed: number[];
  trailers: Record<string, string | undefined>;
}

/** Sends a request through a connection of its own, and returns all that came back, however it ended. */
export function exchange(
  url: string,
  { method = 'GET', path, headers = {}, body = [], leaveAfter }: Sent,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const informed: number[] = [];
    const sent = request(new URL(path, url), { method, headers, agent: false });
    const chunks: Buffer[] = [];
    const end = (answer?: IncomingMessage) =>
      resolve({
        status: answer?.statusCode ?? 0,
        reason: answer?.statusMessage ?? '',
        headers: answer?.headers ?? {},
        rawHeaders: answer?.rawHeaders ?? [],
        body: Buffer.concat(chunks),
        whole: answer?.complete ?? false,
        informed,
        trailers: answer?.trailers ?? {},
      });
    sent.on('information', ({ statusCode }) => informed.push(statusCode));
    sent.on('response', (answer) => {
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => {}).once('close', () => end(answer));
    });
    sent.on('error', () => end());
    void (async () => {
      if (headers['Expect'] !== undefined) await new Promise((go) => sent.once('continue', go).flushHeaders());
      for (const [i, piece] of body.entries()) {
        if (i === leaveAfter) return void sent.destroy();
        if (!sent.write(piece)) await new Promise((go) => sent.once('drain', go).once('close', go));
      }
      sent.end();
    })();
  });
}
