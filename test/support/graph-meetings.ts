/** Meetings people book in simulated rooms. */
import type { CalendarProcessing } from '../../src/sandbox/graph-simulator/mailbox.ts';
import { at, createTenant, ROOM, VIEW } from './graph-tenant.ts';

export const KARI = { name: 'Kari Lunde', address: 'kari@fjordvik.example' };
export const PRIVATE = {
  subject: 'Medarbeidersamtale',
  body: { contentType: 'text', content: 'Fortrolig' },
  sensitivity: 'private',
  start: at('2027-03-04T10:00:00'),
  end: at('2027-03-04T11:00:00'),
};

/** A tenant in which Kari has just invited rooms; `rows` reads the first room's calendar as text. */
export function booked(
  event: Record<string, unknown> = PRIVATE,
  processing: Partial<CalendarProcessing> = {},
  rooms = [ROOM],
) {
  const tenant = createTenant();
  for (const room of rooms) Object.assign(tenant.simulator.mailbox(room).processing, processing);
  const meeting = tenant.simulator.actors.book({ organizer: KARI, rooms, event });
  const rows = async () =>
    (await tenant.get(VIEW, { prefer: 'IdType="ImmutableId", outlook.body-content-type="text"' })).json.value;
  return { ...tenant, meeting, rows, actors: tenant.simulator.actors };
}
