/** What every part of the service is given: time, ids, a log, and a way to wake rooms. */

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` on this clock; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A random v4 UUID (run ids, lease owners). Transaction ids are derived, see `intents.ts`. */
  uuid(): string;
}

/** Constant messages, properties of ids, counts and lengths only (R11). */
export interface Log {
  debug(message: string, properties?: Readonly<Record<string, unknown>>): void;
  info(message: string, properties?: Readonly<Record<string, unknown>>): void;
  warn(message: string, properties?: Readonly<Record<string, unknown>>): void;
  error(message: string, properties?: Readonly<Record<string, unknown>>): void;
  /** A log that adds `properties` to each line. */
  scope(properties: Readonly<Record<string, unknown>>): Log;
}

/** Tells somebody that a room has work. Losing a call is harmless: the signal version in SQL is the truth. */
export interface WakeUps {
  wake(calendars: readonly string[], reason: string): Promise<void>;
}
