/** R2: one reservation per meeting, whatever rooms it is in and whatever its rows have forgotten. */
import type { EqualityWorld, MappingRow } from './equality.ts';
import type { Truth } from './truth.ts';

export function checkDoubles(
  { ledger, report, count }: EqualityWorld,
  truth: Truth,
  rows: readonly MappingRow[],
): void {
  const byMeeting = new Map<string, Set<number>>();
  for (const row of rows) {
    if (row.ical_uid === null || row.reservation_id === null || row.sync_status === 'cancelled') continue;
    const meeting = `${row.ical_uid} ${row.original_start}`;
    byMeeting.set(meeting, (byMeeting.get(meeting) ?? new Set()).add(row.reservation_id));
  }
  for (const [meeting, ids] of byMeeting) {
    count('R2');
    if (ids.size > 1) report(`R2: a meeting (${meeting.slice(-40)}) became reservations ${[...ids].join(', ')}`);
  }
  const byToken = new Map<string, string[]>();
  for (const [key, one] of truth.reservations) {
    if (ledger.made.has(key) || !one.active || one.type !== 'event') continue;
    count('R2');
    const token = /^Ola \d+$/.exec(one.organizer)?.[0] ?? (/notat \d+/.exec(one.title)?.[0] ? one.title : null);
    if (token === null) continue;
    const slot = `${token} ${one.from}`;
    byToken.set(slot, [...(byToken.get(slot) ?? []), key]);
  }
  // After the reset script only name, time and room tell which reservation a person's meeting was; whoever changed one cut that too.
  if (ledger.wasReset) return;
  for (const [slot, keys] of byToken)
    if (keys.length > 1 && !areOccurrences(rows, keys)) report(`R2: ${slot} is ${keys.join(' and ')}`);
}

/** Each of them another occurrence of its series: a clerk moved one to the day of the next. */
function areOccurrences(rows: readonly MappingRow[], keys: readonly string[]): boolean {
  const starts = keys.map((key) => {
    const own = rows.filter((row) => `${row.reservation_type}:${row.reservation_id}` === key);
    return new Set(own.flatMap((row) => row.original_start ?? []));
  });
  return starts.every((set) => set.size === 1) && new Set(starts.flatMap((set) => [...set])).size === keys.length;
}
