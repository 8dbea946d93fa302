import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many connections are held open. Each needs some 20 KB, and the sidecar has little memory. Node accepts up to 511 at a
 * time before it reads what those before have said: with twice as many, whoever asks at once is answered.
 */
const CONNECTIONS = 1_024;
/** How long a request may take to arrive, in milliseconds, and how large its head may be, in bytes. */
const ARRIVE_MS = 5_000;
const HEAD_BYTES = 4_096;

/**
 * A server for a port that anybody in the cluster may reach. A connection too many ends the oldest one instead of being
 * refused: whoever opens connections and says nothing keeps neither the kubelet's probes nor the other pods out.
 */
export function boundedServer(listener: RequestListener): Server {
  const bounds = { headersTimeout: ARRIVE_MS, requestTimeout: ARRIVE_MS, connectionsCheckingInterval: 1_000 };
  const server = createServer({ ...bounds, maxHeaderSize: HEAD_BYTES, keepAliveTimeout: ARRIVE_MS }, listener);
  const open = new Set<Socket>();
  return server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > CONNECTIONS) oldest?.destroy();
  });
}
