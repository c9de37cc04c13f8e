import { reservationLabel } from '../domain/reservation.ts';
import { journalEntry } from './journal-entries.ts';
import type { SyncStore } from './ports.ts';
import type { RunContext } from './settings.ts';

/** Deactivates an event of the booking system inside the caller's transaction; its event in Outlook follows with the next detection. */
export async function cancelEvent(run: RunContext, store: SyncStore, id: number, reason: string): Promise<void> {
  const key = { type: 'event', id } as const;
  if (!(await store.booking.lock(key)) || !(await store.booking.deactivate(key, null))) return;
  const nowhere = { id: 0, calendar: '', resourceId: 0, eventId: null, type: key.type, reservationId: id };
  const [mapping] = await store.mappings.findByReservations([key]);
  await store.journal.append([
    journalEntry(run, mapping ?? nowhere, {
      action: 'reservation-cancelled',
      reason,
      cause: `cancelled:${reservationLabel(key)}`,
      before: { active: 1 },
      after: { active: 0 },
    }),
  ]);
}
