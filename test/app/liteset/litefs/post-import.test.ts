import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitefsRefusal, postImport } from '../../../../app/liteset/litefs/client.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteset-'));
const file = join(folder, 'large.db');
writeFileSync(file, Buffer.alloc(16 * 1024 * 1024));

/** Answers as soon as it sees the request, and closes, while the file is still being sent. */
const hasty = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 10\r\n\r\nno primary');
  });
});
beforeAll(() => new Promise<void>((done) => hasty.listen(0, '127.0.0.1', done)));
afterAll(() => {
  hasty.close();
  rmSync(folder, { recursive: true });
});

test('what LiteFS answers counts, also before it has read the whole file', async () => {
  const url = `http://127.0.0.1:${(hasty.address() as AddressInfo).port}`;
  const refused = postImport(url, 'app.db', file);
  await expect(refused).rejects.toThrow(LitefsRefusal);
  await expect(refused).rejects.toThrow('answered 503 to /import: no primary');
});
