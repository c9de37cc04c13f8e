import type { LimitSettings } from './settings.ts';
import { Refusal } from './wire.ts';

const SLOTS = 60;

/** Counts within a sliding window, in sixty slots; a slot leaves only when all of it is older than the window. */
export interface SlidingCount {
  add(now: number, weight: number): void;
  total(now: number): number;
  /** Milliseconds until the oldest counted slot leaves. */
  waitFor(now: number): number;
}

export function createSlidingCount(window: number): SlidingCount {
  const width = window / SLOTS;
  const slots = new Float64Array(SLOTS + 1);
  let newest = 0;
  let sum = 0;

  function advance(now: number): void {
    const slot = Math.floor(now / width);
    if (slot <= newest) return;
    for (let passed = Math.max(newest + 1, slot - SLOTS); passed <= slot; passed++) {
      const index = passed % (SLOTS + 1);
      sum -= slots[index] as number;
      slots[index] = 0;
    }
    newest = slot;
  }

  return {
    add(now, weight) {
      advance(now);
      const index = newest % (SLOTS + 1);
      slots[index] = (slots[index] as number) + weight;
      sum += weight;
    },
    total(now) {
      advance(now);
      return sum;
    },
    waitFor(now) {
      for (let slot = newest - SLOTS; slot <= newest; slot++) {
        if (slot >= 0 && (slots[slot % (SLOTS + 1)] as number) > 0) return (slot + SLOTS + 1) * width - now;
      }
      return width;
    },
  };
}

interface MailboxLoad {
  inFlight: number;
  readonly requests: SlidingCount;
  readonly upload: SlidingCount;
}

/** Published limits, per app and mailbox, and over all for an app. */
export interface Limiter {
  /**
   * Lets an operation in and returns the number now under way for that app and mailbox.
   * @throws Refusal 429 `ApplicationThrottled`
   */
  enter(app: string, mailbox: string, bytes: number, now: number): number;
  leave(app: string, mailbox: string): void;
  /** Counts an operation that touches no mailbox. @throws Refusal 429 */
  enterApp(app: string, now: number): void;
}

const throttled = (message: string, waitMs: number, status = 429): Refusal =>
  new Refusal(status, 'ApplicationThrottled', message, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1_000))) },
  });

export function createLimiter(limits: LimitSettings): Limiter {
  const loads = new Map<string, MailboxLoad>();
  const apps = new Map<string, SlidingCount>();

  function loadOf(key: string): MailboxLoad {
    let load = loads.get(key);
    if (!load) {
      const requests = createSlidingCount(limits.requestWindow);
      load = { inFlight: 0, requests, upload: createSlidingCount(limits.uploadWindow) };
      loads.set(key, load);
    }
    return load;
  }

  function enterApp(app: string, now: number): void {
    let count = apps.get(app);
    if (!count) {
      count = createSlidingCount(limits.globalWindow);
      apps.set(app, count);
    }
    count.add(now, 1);
    if (limits.enabled && count.total(now) > limits.globalRequests) {
      throw throttled('Too many requests of the application.', count.waitFor(now));
    }
  }

  function refuse(load: MailboxLoad, now: number): void {
    if (!limits.enabled) return;
    if (load.inFlight >= limits.concurrency) {
      throw throttled(
        'Application is over its MailboxConcurrency limit.',
        limits.concurrencyRetryAfter * 1_000,
        limits.concurrencyStatus,
      );
    }
    if (load.requests.total(now) > limits.requests) {
      throw throttled('Application is over its MailboxRequests limit.', load.requests.waitFor(now));
    }
    if (load.upload.total(now) > limits.uploadBytes) {
      throw throttled('Application is over its MailboxUpload limit.', load.upload.waitFor(now));
    }
  }

  return {
    enterApp,
    enter(app, mailbox, bytes, now) {
      enterApp(app, now);
      const load = loadOf(`${app}|${mailbox}`);
      load.requests.add(now, 1);
      load.upload.add(now, bytes);
      refuse(load, now);
      return ++load.inFlight;
    },
    leave(app, mailbox) {
      loadOf(`${app}|${mailbox}`).inFlight--;
    },
  };
}
