/**
 * How work reaches the workers without a timer: Graph's notifications and the workers' own wake-ups, through one queue that delivers at
 * least once. A notification may be lost, doubled, late or overtaken by the next one; a message whose worker died or sleeps comes again,
 * while the first one may still be worked on. None of them is needed: the signals in the database and the timers are the truth.
 */
import type { WakeUps } from '../../../src/sync/ports.ts';
import type { DeliveryFault, FaultBox } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { createProcess, Died } from './scheduler.ts';

export interface DeliveriesWorld {
  readonly scheduler: Scheduler;
  readonly faults: FaultBox;
  count(fault: DeliveryFault): void;
  /** Starts a pass over the calendar on some worker; null while none is free. Resolves with false when the worker died over it. */
  startPass(calendar: string): Promise<boolean> | null;
}

export interface Deliveries {
  /** Something changed in a calendar. */
  notify(calendar: string): void;
  /** The port a worker gets. */
  wakeUpsOf(worker: Process): WakeUps;
}

/** Until a message that nobody finished is seen again. */
const INVISIBLE_MS = 60_000;
const MOST_DELIVERIES = 5;

export function createDeliveries(world: DeliveriesWorld): Deliveries {
  const { scheduler, faults } = world;
  const clock = scheduler.clockOf(createProcess('queue'));
  const waiting = new Set<string>();
  let overtaken: string[] = [];

  function notify(calendar: string): void {
    const fault = faults.takeDelivery([
      'notification-lost',
      'notification-twice',
      'notification-late',
      'notification-overtaken',
    ]);
    if (fault === 'notification-lost') return;
    if (fault === 'notification-overtaken') {
      overtaken.push(calendar);
      return;
    }
    travel(calendar, fault === 'notification-late' ? 3_600_000 : 3_000);
    if (fault === 'notification-twice') travel(calendar, 30_000);
    for (const earlier of overtaken) travel(earlier, 20_000);
    overtaken = [];
  }

  function travel(calendar: string, longestMs: number): void {
    scheduler.spawn('notification', async () => {
      await clock.sleep(scheduler.random.below(longestMs));
      enqueue(calendar);
    });
  }

  /** One that waits already stands for all that happened until it is taken. */
  function enqueue(calendar: string): void {
    if (waiting.has(calendar)) return;
    waiting.add(calendar);
    scheduler.spawn('message', () => deliver(calendar));
  }

  async function deliver(calendar: string): Promise<void> {
    await clock.sleep(scheduler.random.below(15_000));
    waiting.delete(calendar);
    for (let delivery = 1; delivery <= MOST_DELIVERIES; delivery += 1) {
      const pass = world.startPass(calendar);
      if (pass === null) {
        await clock.sleep(10_000);
        continue;
      }
      const isDone = await untilVisible(pass);
      if (!isDone) world.count('redelivery');
      else if (faults.takeDelivery(['redelivery']) === null) return;
    }
  }

  /** False when the message is seen again: its worker died, or sleeps for too long. */
  async function untilVisible(pass: Promise<boolean>): Promise<boolean> {
    const timer = new AbortController();
    const invisible = clock.sleep(INVISIBLE_MS, timer.signal).then(
      () => false,
      () => true,
    );
    const isDone = await Promise.race([pass, invisible]);
    timer.abort();
    return isDone;
  }

  return {
    notify,
    wakeUpsOf: (worker) => ({
      async wake(calendars) {
        if (worker.state === 'dead') throw new Died(worker.name);
        for (const calendar of calendars) enqueue(calendar);
      },
    }),
  };
}
