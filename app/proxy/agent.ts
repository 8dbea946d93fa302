import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../liteset/options.ts';
import { AgentConnection } from './agent-connection.ts';
import type { AgentEvent, AgentState, Answer, Order } from './agent-messages.ts';

/** First and longest pause before the agent is connected to again, in milliseconds; it doubles in between. */
const PAUSE_MS = { first: 25, longest: 1_000 };

/** How long the agent may take to answer what takes it no time, in milliseconds. */
const ANSWER_MS = 5_000;

/** The agent in the application's container, which runs LiteFS and the application. It is connected to again whenever it has gone. */
export class Agent {
  readonly #emitter = new EventEmitter<{ state: [AgentState | undefined]; terminating: [] }>();
  readonly #logger: Logger;
  #connection: AgentConnection | undefined;
  #state: AgentState | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** What the agent does with the application; undefined while nobody says. */
  get state(): AgentState | undefined {
    return this.#state;
  }

  /** Calls the listener whenever `state` was told, or is known no more. */
  onState(listener: (state: AgentState | undefined) => void): void {
    this.#emitter.on('state', listener);
  }

  /** Calls the listener when the container is told to end. The agent waits for `left` then. */
  onTerminating(listener: () => void): void {
    this.#emitter.on('terminating', listener);
  }

  /**
   * Has the agent do something. It is asked once. One that does not answer within `ms` is left: with the connection ends what it may hold
   * for this one.
   *
   * @throws if it is not connected, or ceases to be, or says that it does not.
   */
  async ask<Asked extends Order>(order: Asked, more: object = {}, ms = ANSWER_MS): Promise<Answer<Asked>> {
    const connection = this.#connection;
    if (!connection) throw new Error('the agent is not connected');
    const silence = setTimeout(() => connection.close(`the agent has not answered to ${order} for ${ms} ms`), ms);
    return connection.ask(order, more).finally(() => clearTimeout(silence));
  }

  /** Keeps a connection to the agent's socket until the signal. */
  async follow(path: string, signal: AbortSignal): Promise<void> {
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      const why = await this.#connected(path, signal, () => {
        pause = PAUSE_MS.first;
      });
      if (this.#state !== undefined) this.#logger.warn(`liteset: lost the agent, will try again: ${why.message}`);
      this.#set(undefined);
      await delay(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(2 * pause, PAUSE_MS.longest);
    }
  }

  /** One connection, until it ends. Returns why it did. */
  #connected(path: string, signal: AbortSignal, onEvent: () => void): Promise<Error> {
    return new Promise((resolve) => {
      const take = (event: AgentEvent) => {
        onEvent();
        if (event.event === 'state') this.#set(event.state);
        else this.#emitter.emit('terminating');
      };
      const connection = new AgentConnection(connect(path), take, (why) => {
        this.#connection = undefined;
        signal.removeEventListener('abort', close);
        resolve(why);
      });
      const close = () => connection.close('the connection to the agent was closed');
      signal.addEventListener('abort', close);
      this.#connection = connection;
    });
  }

  #set(state: AgentState | undefined): void {
    if (state === undefined && this.#state === undefined) return;
    this.#state = state;
    this.#emitter.emit('state', state);
  }
}
