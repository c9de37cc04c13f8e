import type { Clock } from '../sync/ports.ts';
import { beforeDeadline } from './deadline.ts';
import { createMailbox, type Mailbox, type MailboxBudget } from './mailbox.ts';

export interface Mailboxes {
  of(calendar: string): Mailbox;
  /**
   * Waits until no other HTTP request of ours holds one of these mailboxes, then holds them: Exchange takes four operations of an
   * app and mailbox at a time, and Graph forwards four parts of a batch at a time (D7). Answers the release, or null when `deadline`
   * (epoch ms) came first. Requests are served in the order they asked, all mailboxes at once, so they cannot lock each other out.
   */
  hold(calendars: readonly string[], deadline: number): Promise<(() => void) | null>;
  /** Whether a request of ours holds or waits for this mailbox. */
  isHeld(calendar: string): boolean;
  budget(calendar: string): MailboxBudget;
}

/** `budget`: operations per mailbox and ten minutes. */
export function createMailboxes(clock: Clock, budget: number): Mailboxes {
  const known = new Map<string, Mailbox>();
  /** The last request that holds or waits for each mailbox. */
  const tails = new Map<string, Promise<void>>();

  const of = (calendar: string) => {
    const mailbox = known.get(calendar) ?? createMailbox(budget);
    known.set(calendar, mailbox);
    return mailbox;
  };
  return {
    of,
    budget: (calendar) => of(calendar).budget(clock.now()),
    isHeld: (calendar) => tails.has(calendar),
    hold: async (calendars, deadline) => {
      const names = [...new Set(calendars)];
      const ahead = names.flatMap((name) => tails.get(name) ?? []);
      const { promise: mine, resolve: finish } = Promise.withResolvers<void>();
      for (const name of names) tails.set(name, mine);
      const release = () => {
        for (const name of names) if (tails.get(name) === mine) tails.delete(name);
        finish();
      };
      if (ahead.length === 0) return release;
      const turn = Promise.all(ahead);
      if ((await beforeDeadline(clock, deadline, () => turn)) !== null) return release;
      // Those behind us wait for us; pass on the turn when it comes.
      void turn.then(release);
      return null;
    },
  };
}
