/**
 * R12, seen through the store's port: whatever is written under a lease must be written while that lease is held, by the database's own
 * clock. Claims, renewals and releases are followed as they are answered; nothing of the engine's own bookkeeping is trusted.
 */
import type { CalendarStore, IntentStore, MappingStore, SyncStore } from '../../../src/sync/ports.ts';
import type { SyncDeps } from '../../../src/sync/settings.ts';
import type { Scheduler } from './scheduler.ts';

export interface LeaseLedger {
  watch(deps: SyncDeps): SyncDeps;
  /** Writes seen under a lease. */
  readonly checks: () => number;
  /** Step at which a lease was given; 0 for one never seen. */
  since(calendar: string, token: number): number;
}

interface Held {
  token: number;
  until: number;
}

export function createLeaseLedger(
  { now, steps }: Pick<Scheduler, 'now' | 'steps'>,
  report: (broken: string) => void,
): LeaseLedger {
  const given = new Map<string, number>();
  const held = new Map<string, Held>();
  let checks = 0;

  function check(what: string, calendar: string, token: number): void {
    checks += 1;
    const lease = held.get(calendar);
    if (lease === undefined || lease.token !== token || now() >= lease.until)
      report(
        `R12: ${what} under lease ${token} of ${calendar}, current is ${lease?.token ?? 'none'}, ${lease === undefined ? '' : `${lease.until - now()} ms left`}`,
      );
  }

  function watchCalendars(inner: CalendarStore): CalendarStore {
    return {
      ...inner,
      async claim(calendars, owner, ttlMs) {
        const leases = await inner.claim(calendars, owner, ttlMs);
        for (const { calendar, token } of leases) {
          const before = held.get(calendar);
          if (before !== undefined && before.token >= token)
            report(`R12: token ${token} of ${calendar} after ${before.token}`);
          if (before !== undefined && before.until > now()) report(`R12: ${calendar} was claimed while it was held`);
          held.set(calendar, { token, until: now() + ttlMs });
          given.set(`${calendar} ${token}`, steps());
        }
        return leases;
      },
      async renew(leases, ttlMs) {
        const kept = await inner.renew(leases, ttlMs);
        for (const { calendar, token } of leases) {
          if (!kept.includes(calendar)) continue;
          check('renewal', calendar, token);
          held.set(calendar, { token, until: now() + ttlMs });
        }
        return kept;
      },
      async release(leases) {
        for (const { calendar, token } of leases)
          if (held.get(calendar)?.token === token) held.set(calendar, { token, until: 0 });
        await inner.release(leases);
      },
      async save(changes) {
        const written = await inner.save(changes);
        for (const { calendar, token } of changes)
          if (written.includes(calendar)) check('calendar state', calendar, token);
        return written;
      },
    };
  }

  function watchMappings(inner: MappingStore): MappingStore {
    return {
      ...inner,
      async save(rows) {
        const written = new Set(await inner.save(rows));
        for (const { id, lease } of rows)
          if (lease !== undefined && written.has(id)) check(`mapping ${id}`, lease.calendar, lease.token);
        return [...written];
      },
    };
  }

  function watchIntents(inner: IntentStore): IntentStore {
    return {
      ...inner,
      async open(lease, intents) {
        const opened = await inner.open(lease, intents);
        if (opened.size > 0) check('intent', lease.calendar, lease.token);
        return opened;
      },
    };
  }

  function watchStore(store: SyncStore): SyncStore {
    return {
      ...store,
      calendars: watchCalendars(store.calendars),
      mappings: watchMappings(store.mappings),
      intents: watchIntents(store.intents),
      transaction: (work) => store.transaction((inner) => work(watchStore(inner))),
      now: () => store.now(),
    };
  }

  return {
    watch: (deps) => ({ ...deps, store: watchStore(deps.store) }),
    checks: () => checks,
    since: (calendar, token) => given.get(`${calendar} ${token}`) ?? 0,
  };
}
