import type { Logger } from '../options.ts';

/** As much of a logger such as pino's as is used: what belongs to a message, then the message. */
type Structured = Record<keyof Logger, (belongings: object, message: string) => void>;

/** Liteset logs as the console does: a message, then what belongs to it. */
export function consoleLike(logger: Structured): Logger {
  const at =
    (level: keyof Logger) =>
    (message: unknown, ...rest: unknown[]): void =>
      logger[level](rest.length > 0 ? { detail: rest } : {}, String(message));
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
