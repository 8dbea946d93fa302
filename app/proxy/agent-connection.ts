import type { Socket } from 'node:net';
import { toLine } from '../liteset/lib/json-lines.ts';
import { type AgentEvent, type Answer, agentLine, type Order, readAnswer } from './agent-messages.ts';

/** Longest line of the agent's, in characters. Whoever sends more is not it. */
const LONGEST = 65_536;

interface Asked {
  readonly order: Order;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** One connection to the agent. When it ends, whatever was asked on it fails: nobody knows whether it was done. */
export class AgentConnection {
  readonly #socket: Socket;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #asked = new Map<number, Asked>();
  #rest = '';
  #lastId = 0;
  #end: Error | undefined;

  /** `onEnd` is called once, with why. */
  constructor(socket: Socket, onEvent: (event: AgentEvent) => void, onEnd: (why: Error) => void) {
    this.#socket = socket.setEncoding('utf8');
    this.#onEvent = onEvent;
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#fail(error));
    socket.once('close', () => {
      this.#fail(new Error('the agent has closed the connection'));
      onEnd(this.#end as Error);
    });
  }

  /** Has the agent do something. */
  ask<Asked extends Order>(order: Asked, more: object = {}): Promise<Answer<Asked>> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { order, resolve: (answer) => resolve(answer as Answer<Asked>), reject });
      this.#socket.write(toLine({ id, do: order, ...more }));
    });
  }

  /** Ends it, and says why to whoever has asked something. */
  close(why: string): void {
    this.#fail(new Error(why));
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    try {
      for (const line of lines) this.#takeLine(line);
      if (this.#rest.length > LONGEST) throw new Error('it is too long');
    } catch (error) {
      this.#fail(new Error(`the agent has sent a line that is none of its own: ${String(error)}`));
    }
  }

  #takeLine(line: string): void {
    if (this.#end) return;
    if (line.length > LONGEST) throw new Error('it is too long');
    const message = agentLine.parse(JSON.parse(line));
    if (!('id' in message)) {
      this.#onEvent(message);
      return;
    }
    const asked = this.#asked.get(message.id);
    if (!asked) throw new Error(`nothing was asked with id ${message.id}`);
    this.#asked.delete(message.id);
    try {
      asked.resolve(readAnswer(asked.order, message));
    } catch (error) {
      asked.reject(error as Error);
    }
  }

  #fail(why: Error): void {
    if (this.#end) return;
    this.#end = why;
    for (const { reject } of this.#asked.values()) reject(why);
    this.#asked.clear();
    this.#socket.destroy();
  }
}
