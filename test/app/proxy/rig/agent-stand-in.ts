import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { basename } from 'node:path';
import { toLine } from '../../../../app/liteset/lib/json-lines.ts';
import { followEvents } from '../../../../app/liteset/litefs/events.ts';
import { PositionFile } from '../../../../app/liteset/litefs/position.ts';
import type { AgentState } from '../../../../app/proxy/agent-messages.ts';

/** How long the application may take to stop, in milliseconds. */
const STOP_MS = 5_000;

/** How the stand-in is set up. */
interface AgentOptions {
  socket: string;
  litefsUrl: string;
  /** A database on LiteFS's mount. */
  database: string;
  /** The application: a program of Node's, and its environment. */
  program: string;
  env: Record<string, string>;
}

interface Order {
  id: number;
  do: string;
  on?: boolean;
}

/** Stands for the agent: its socket, LiteFS's real positions, and the application as a process, which runs while this pod is the primary. */
export class AgentStandIn {
  readonly #options: AgentOptions;
  readonly #file: PositionFile;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #holders = new Set<Socket>();
  #primary = false;
  #unsettled = false;
  #state: AgentState = 'stopped';
  #child: ChildProcess | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#file = new PositionFile(options.database);
    this.#server = createServer((connection) => this.#serve(connection));
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#server.listen(this.#options.socket);
    await once(this.#server, 'listening');
    const onEvent = (event: { type: string; data: unknown }) => {
      if (event.type === 'tx') return;
      this.#file.close();
      this.#primary = (event.data as { isPrimary: boolean }).isPrimary;
      void this.#decide();
    };
    const onLost = () => {
      this.#primary = false;
      void this.#decide();
    };
    void followEvents(this.#options.litefsUrl, { onEvent, onLost }, signal);
  }

  /** Says that the container is told to end, and waits for `left`. */
  async terminate(): Promise<void> {
    const left = [...this.#connections].map((connection) => once(connection, 'left'));
    for (const connection of this.#connections) connection.write(toLine({ event: 'terminating' }));
    await Promise.race([Promise.all(left), once(AbortSignal.timeout(STOP_MS), 'abort')]);
    this.#primary = false;
    await this.#decide();
  }

  #serve(connection: Socket): void {
    this.#connections.add(connection);
    connection.write(toLine({ event: 'state', state: this.#state }));
    let rest = '';
    connection.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) void this.#obey(connection, JSON.parse(line) as Order);
    });
    connection.on('error', () => {});
    connection.once('close', () => {
      this.#connections.delete(connection);
      if (this.#holders.delete(connection)) void this.#decide();
    });
  }

  async #obey(connection: Socket, order: Order): Promise<void> {
    const answer = (more: object) => connection.write(toLine({ id: order.id, ...more }));
    if (order.do === 'positions') {
      if (this.#unsettled) answer({ error: 'unsettled', database: 'app.db', detail: 'as the test wants' });
      else answer({ positions: this.#positions() });
    } else if (order.do === 'status') {
      answer({
        state: this.#state,
        primary: this.#primary,
        litefs: 'running',
        databases: Object.keys(this.#positions()),
      });
    } else if (order.do === 'hold') {
      this.#holders.add(connection);
      await this.#decide();
      answer({ state: this.#state });
    } else if (order.do === 'release') {
      this.#holders.delete(connection);
      void this.#decide();
      answer({ state: this.#state });
    } else if (order.do === 'left') {
      answer({});
      connection.emit('left');
    } else if (order.do === 'unsettle') {
      // For tests only.
      this.#unsettled = order.on === true;
      answer({});
    }
  }

  #positions(): Record<string, string> {
    const position = this.#file.version();
    return position === undefined ? {} : { [basename(this.#options.database)]: position };
  }

  /** Has the application run where it should, and nowhere else. One change at a time. */
  #decide(): Promise<void> {
    this.#working = this.#working.then(async () => {
      const should = this.#primary && this.#holders.size === 0;
      if (should && !this.#child) this.#run();
      else if (!should && this.#child) await this.#stop(this.#child);
    });
    return this.#working;
  }

  #run(): void {
    const { program, env, database } = this.#options;
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { ...process.env, ...env, DATABASE: database },
    });
    this.#child = child;
    child.once('exit', () => {
      this.#child = undefined;
      this.#tell('stopped');
      void this.#decide();
    });
    this.#tell('running');
  }

  async #stop(child: ChildProcess): Promise<void> {
    this.#tell('stopping');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(force);
  }

  #tell(state: AgentState): void {
    this.#state = state;
    for (const connection of this.#connections) connection.write(toLine({ event: 'state', state }));
  }
}
