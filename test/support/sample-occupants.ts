/** The active reservations of the sample municipality on mapped rooms in the default window, by room. */
import type { Occupant } from '../../src/domain/occupancy.ts';
import type { ReservationType } from '../../src/domain/reservation.ts';
import { isValidSpan, overlaps } from '../../src/domain/wall-clock.ts';
import { windowOf } from '../../src/domain/window.ts';
import { SAMPLE_NOW, SAMPLE_ZONE } from '../../src/sandbox/sample-data/dates.ts';
import { SAMPLE_ROOMS } from '../../src/sandbox/sample-data/municipality.ts';
import { packA } from '../../src/sandbox/sample-data/pack-a.ts';
import type { Row } from '../../src/sandbox/sample-data/rows.ts';

/** Season 33 is still being planned and stays hidden (E55). */
const PLANNED_SEASON = 33;

export function sampleOccupants(): readonly (readonly Occupant[])[] {
  const rows = packA();
  const { wall } = windowOf(Date.parse(SAMPLE_NOW), SAMPLE_ZONE, 1, 365, null);
  const inRoom = (type: ReservationType, reservations: readonly Row[], links: readonly Row[], resourceId: number) => {
    const ids = new Set(links.filter((link) => link['resource_id'] === resourceId).map((link) => link[`${type}_id`]));
    return reservations
      .filter((row) => ids.has(row['id'] ?? 0) && (row['active'] ?? 1) === 1 && row['season_id'] !== PLANNED_SEASON)
      .map((row) => ({ type, id: Number(row['id']), start: String(row['from_']), end: String(row['to_']) }));
  };
  return SAMPLE_ROOMS.filter((room) => room.active === 1).map(({ resource_id }) =>
    [
      ...inRoom('event', rows.event ?? [], rows.event_resource ?? [], resource_id),
      ...inRoom('booking', rows.booking ?? [], rows.booking_resource ?? [], resource_id),
      ...inRoom('allocation', rows.allocation ?? [], rows.allocation_resource ?? [], resource_id),
    ].filter(({ start, end }) => isValidSpan(start, end) && overlaps({ from: start, to: end }, wall)),
  );
}
