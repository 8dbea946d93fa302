import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const TEXT = 1;
const CLOSE = 8;

/** Takes a WebSocket, and answers each text with another. Texts are shorter than 126 bytes, in one frame each (RFC 6455). */
export function answerWebSocket(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  answer: (text: string) => string,
): void {
  const accept = createHash('sha1')
    .update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const upgraded = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...upgraded, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
  let rest = head;
  const take = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.opcode === TEXT) socket.write(frameOf(TEXT, Buffer.from(answer(frame.payload.toString()))));
      if (frame.opcode === CLOSE) socket.end(frameOf(CLOSE, frame.payload));
    }
  };
  socket.on('data', take).on('error', () => {});
  take(Buffer.alloc(0));
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  const [first = 0, second = 0] = bytes;
  const size = second & 0x7f;
  const length = 6 + size;
  if (bytes.length < Math.max(2, length)) return undefined;
  const mask = bytes.subarray(2, 6);
  const payload = Buffer.from(bytes.subarray(6, length).map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  return { opcode: first & 0x0f, payload, length };
}

const frameOf = (opcode: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
