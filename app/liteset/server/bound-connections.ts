import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Ends a connection for each that comes when there are enough: one that has not sent a whole head yet, the oldest first, or else one that
 * has been idle longest; none that was upgraded, which is told of if the server has upgrades. To refuse the new one would let whoever opens many keep all others out.
 */
export function boundConnections(server: Server, most: number, withUpgrades = false): void {
  const all = new Set<Socket>();
  const fresh = new Set<Socket>();
  const idle = new Set<Socket>();
  const serving = new WeakMap<Socket, ServerResponse>();
  const forget = (socket: Socket) => {
    for (const set of [all, fresh, idle]) set.delete(socket);
  };

  server.on('connection', (socket: Socket) => {
    all.add(socket);
    socket.once('close', () => forget(socket));
    if (all.size > most) {
      const [oldestFresh] = fresh;
      const [oldestIdle] = idle;
      const ended = oldestFresh ?? oldestIdle ?? socket;
      forget(ended);
      ended.destroy();
    }
    if (all.has(socket)) fresh.add(socket);
  });
  // Node takes a server for one that upgrades as soon as somebody listens.
  if (withUpgrades) {
    server.on('upgrade', ({ socket }) => {
      fresh.delete(socket);
      idle.delete(socket);
    });
  }
  server.on('request', ({ socket }, res) => {
    fresh.delete(socket);
    idle.delete(socket);
    serving.set(socket, res);
    res.once('close', () => {
      // Answers go in the order of their requests: after the last one nothing is being served.
      if (serving.get(socket) === res && all.has(socket)) idle.add(socket);
    });
  });
}
