import type { AddressInfo, Server } from 'node:net';

/** Where a server listens. */
export interface ListenAddress {
  /** 0 for one that is free. */
  readonly port: number;
  /** Default: all addresses. */
  readonly host?: string | undefined;
  /** Name of the setting that says the port, for the error. */
  readonly setting: string;
}

/**
 * Listens, and returns the port.
 *
 * @throws an error that names the setting, if the port is taken.
 */
export function listen(server: Server, { port, host, setting }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is taken: set ${setting} to another one.`, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Stops at the first SIGTERM or SIGINT, and ends the process with 0: LiteFS unmounts and gives up its lease after no other
 * exit code of its application.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stop().finally(() => process.exit(0));
    });
  }
}

/**
 * Lets the process go on after a promise that was broken and that nobody waited for, and logs it. It is a fault in one
 * request or one piece of work; Node would end the process, and LiteFS with it.
 */
export function surviveBrokenPromises(logger: { error(error: unknown, message: string): void }): void {
  process.on('unhandledRejection', (error) => logger.error(error, 'a promise was broken that nobody waited for'));
}
