import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Application } from '../liteset/routing/application.ts';
import { connected } from '../liteset/routing/connect-to-primary.ts';
import type { Agent } from './agent.ts';
import { Readiness, type ReadyOptions } from './ready.ts';

/** How long it may take to accept a connection, in milliseconds: with a full backlog the system waits for room. */
const CONNECT_MS = 1_000;
/** How long the agent may take to hear that the lease has moved, in milliseconds, and how often it is asked. */
const DEMOTED_MS = { most: 5_000, every: 20 };

/** Where the application answers, and how long it may take to stop, in milliseconds. */
export interface ApplicationOptions extends ReadyOptions {
  stopMs: number;
}

/** The application in the container beside this one, on 127.0.0.1. The agent runs it. */
export class AgentsApplication implements Application {
  readonly #port: number;
  readonly #stopMs: number;
  readonly #agent: Agent;
  readonly #readiness: Readiness;
  readonly #emitter = new EventEmitter<{ change: []; stop: [] }>();

  constructor(options: ApplicationOptions, agent: Agent) {
    this.#port = options.port;
    this.#stopMs = options.stopMs;
    this.#agent = agent;
    this.#readiness = new Readiness(options, () => this.#emitter.emit('change'));
    agent.onState((state) => {
      if (state === 'running') this.#readiness.begin();
      else this.#readiness.stop();
    });
  }

  get ready(): boolean {
    return this.#readiness.ready;
  }

  onChange(listener: () => void): void {
    this.#emitter.on('change', listener);
  }

  /** Calls the listener before the application is stopped. */
  onStop(listener: () => void): void {
    this.#emitter.on('stop', listener);
  }

  async connect(): Promise<Socket | undefined> {
    try {
      return await connected('127.0.0.1', this.#port, CONNECT_MS);
    } catch {
      this.#readiness.lose();
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#emitter.emit('stop');
    const { state } = await this.#agent.ask('hold', {}, this.#stopMs);
    if (state !== 'stopped') throw new Error(`the agent says that it is ${state}`);
  }

  /** An agent that does not answer holds nothing: its connection has ended. */
  async start(moved: boolean): Promise<void> {
    if (moved) await this.#demoted().catch(() => {});
    await this.#agent.ask('release').catch(() => {});
  }

  /** Waits until the agent knows that this pod is the primary no more: released before, it would start the application once more. */
  async #demoted(): Promise<void> {
    const end = performance.now() + DEMOTED_MS.most;
    while ((await this.#agent.ask('status')).primary && performance.now() < end) await delay(DEMOTED_MS.every);
  }
}
