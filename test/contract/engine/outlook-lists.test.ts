/** What stands in Outlook without a reservation: listed, taken over, cancelled by hand. */

import { cancelOutlookEvent } from '../../../src/sync/cancel-outlook.ts';
import { importFromOutlook } from '../../../src/sync/from-outlook.ts';
import { listOutlookEvents, listPendingImports, listProcessedImports } from '../../../src/sync/outlook-lists.ts';
import { addEvent, type Engine, eventRows, inEngine, meeting } from '../../support/engine.ts';
import { AERE, collide, detect, imports, inRoom, KORPS, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

const RANGE = { from: '2027-03-01 08:00:00', to: '2027-06-01 08:00:00' };
const list = (engine: Engine, range = RANGE, limit = 50) => listOutlookEvents(engine.deps, { range, limit });
const take = (engine: Engine, range = RANGE) => importFromOutlook(engine.deps, engine.run('from-outlook'), { range });
const cancel = (engine: Engine, eventId: string) =>
  cancelOutlookEvent(engine.deps, engine.run('cancel-outlook'), eventId);

describe('outlook-events', () => {
  test('S51: lists events without mapping, ours left out, with whether and why not they are importable', () =>
    inEngine({ packC: true }, async (engine) => {
      const { events, total } = await list(engine);
      expect(total).toBe(events.length);
      expect(events.find((event) => event.subject === 'Prosjektmøte')).toEqual({
        eventId: expect.any(String),
        calendar: ORNEN,
        resourceId: 103,
        resourceName: 'Møterom Ørnen',
        subject: 'Prosjektmøte',
        description: 'Agenda & saker\nKaffe',
        start: '2027-03-02 09:00:00',
        end: '2027-03-02 10:00:00',
        isAllDay: false,
        organizer: 'Kari Lunde',
        organizerEmail: 'kari.lunde@fjordvik.example',
        importable: true,
        reason: null,
      });
      expect(await engine.mappings()).toEqual([]);
      await push(engine);
      await imports(engine);
      const left = (await list(engine)).events.map((event) => event.subject).sort();
      expect(left).toEqual(['Canceled: Prosjektmøte', 'Kanskje idémyldring', 'Åpen kontortid']);
    }));

  test('S51: reasons', () =>
    inRoom(
      async (engine) => {
        const reasons = new Map((await list(engine)).events.map((event) => [event.subject, event.reason]));
        expect(reasons.get('Prosjektmøte')).toBeNull();
        expect(reasons.get('Kanskje idémyldring')).toBe('tentative');
        expect(reasons.get('Åpen kontortid')).toBe('free');
        expect(reasons.get('Canceled: Prosjektmøte')).toBe('cancelled');
        expect(reasons.has('Etterlatt kopi')).toBe(false);
      },
      { packC: true },
    ));

  test('S52: an event overlapping the edge belongs to the range, one touching it does not', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Før', '2027-03-09 22:00', '2027-03-10 00:00'));
      engine.people.createInRoom(ORNEN, meeting('Over kanten', '2027-03-09 23:00', '2027-03-10 01:00'));
      engine.people.createInRoom(
        ORNEN,
        meeting('Hele dagen', '2027-03-10 00:00', '2027-03-11 00:00', { isAllDay: true }),
      );
      engine.people.createInRoom(
        ORNEN,
        meeting('Dagen etter', '2027-03-11 00:00', '2027-03-12 00:00', { isAllDay: true }),
      );
      const { events } = await list(engine, { from: '2027-03-10 00:00:00', to: '2027-03-11 00:00:00' });
      expect(events.map((event) => event.subject)).toEqual(['Over kanten', 'Hele dagen']);
    }));

  test('S53: the limit works and total shows the rest', () =>
    inRoom(async (engine) => {
      for (const day of ['02', '03', '04'])
        engine.people.createInRoom(ORNEN, meeting(`Dag ${day}`, `2027-03-${day} 09:00`, `2027-03-${day} 10:00`));
      const { events, total } = await list(engine, RANGE, 2);
      expect([events.map((event) => event.subject), total]).toEqual([['Dag 02', 'Dag 03'], 3]);
    }));

  test('a room that cannot be read is named, the others are listed', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Her', '2027-03-02 09:00', '2027-03-02 10:00'));
      engine.graph.setHealth(AERE, 'ErrorNonExistentMailbox');
      expect(await list(engine)).toMatchObject({ total: 1, errorDetails: [{ calendar: AERE }] });
    }));
});

describe('from-outlook', () => {
  test('S54: stores events as imported; repeating it creates nothing new', () =>
    inRoom(
      async (engine) => {
        const first = await take(engine);
        expect(first).toMatchObject({ created: 14, updated: 0, calendarsChecked: 6, errors: 0 });
        expect(first.skippedReasons).toMatchObject({ tentative: 1, free: 1, cancelled: 1 });
        expect(first.skipped).toBe(Object.values(first.skippedReasons).reduce((all, count) => all + count, 0));
        expect(await engine.mappings("sync_status = 'imported'")).toHaveLength(14);
        const versions = (await engine.mappings()).map((row) => row.version);
        expect(await take(engine)).toMatchObject({ created: 0, updated: 0, skippedReasons: { 'already-mapped': 14 } });
        expect((await engine.mappings()).map((row) => row.version)).toEqual(versions);
      },
      { packC: true },
    ));

  test('S55: honours the range and reads all pages', () =>
    inRoom(async (engine) => {
      for (let hour = 0; hour < 230; hour += 1) {
        const at = (offset: number) => {
          const time = new Date(Date.parse('2027-03-02T06:00:00Z') + (hour * 2 + offset) * 1_800_000).toISOString();
          return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
        };
        engine.people.createInRoom(ORNEN, meeting(`Nr ${hour}`, at(0), at(1)));
      }
      engine.people.createInRoom(ORNEN, meeting('Utenfor', '2027-05-02 09:00', '2027-05-02 10:00'));
      expect(await take(engine, { from: '2027-03-01 00:00:00', to: '2027-04-01 00:00:00' })).toMatchObject({
        created: 230,
      });
      expect(await engine.mappings("subject = 'Utenfor'")).toEqual([]);
    }));

  test('an edit found on the way flows into the reservation', () =>
    inRoom(async (engine) => {
      const id = engine.people.createInRoom(ORNEN, meeting('Før', '2027-03-02 09:00', '2027-03-02 10:00'));
      await take(engine);
      await imports(engine);
      engine.people.editInRoom(ORNEN, id, { subject: 'Etter' });
      expect(await take(engine)).toMatchObject({ updated: 1 });
      expect(await eventRows(engine)).toMatchObject([{ name: 'Etter' }]);
    }));

  test('what is missing from the answer is never concluded from', () =>
    inRoom(async (engine) => {
      const id = engine.people.createInRoom(ORNEN, meeting('Her', '2027-03-02 09:00', '2027-03-02 10:00'));
      await take(engine);
      await imports(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await take(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    }));

  test('dry run: nothing is written', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Her', '2027-03-02 09:00', '2027-03-02 10:00'));
      const result = await importFromOutlook(engine.deps, engine.run('from-outlook', { dryRun: true }), {
        range: RANGE,
      });
      expect(result.plan).toMatchObject([{ action: 'set-status', status: 'imported' }]);
      expect(await engine.mappings()).toEqual([]);
    }));

  test('S58, S59: pending imports with their overlap, processed ones newest first', () =>
    inRoom(async (engine) => {
      await collide(engine);
      engine.people.createInRoom(AERE, meeting('Fri', '2027-03-02 10:00', '2027-03-02 11:00'));
      await take(engine);
      expect(await listPendingImports(engine.deps, { limit: 1 })).toMatchObject({ total: 2, rows: [{}] });
      await imports(engine);
      expect(await listPendingImports(engine.deps, { limit: 50 })).toMatchObject({
        total: 1,
        rows: [
          { subject: 'Kollisjon', status: 'conflict', error: 'Overlaps event:700', resourceName: 'Møterom Ørnen' },
        ],
      });
      expect(await listProcessedImports(engine.deps, { limit: 50 })).toMatchObject({
        total: 1,
        rows: [{ subject: 'Fri', type: 'event', reservationId: expect.any(Number), resourceName: 'Møterom Ære' }],
      });
    }));
});

describe('S75: cancelling an Outlook event by hand', () => {
  test('deactivates the reservation, notes it once, and deletes our own event; again it does nothing', () =>
    inRoom(async (engine) => {
      await addEvent(engine, { ...KORPS, description: 'Noter' });
      await push(engine);
      const id = await eventIdOf(engine, 'event', 700, 103);
      expect(await cancel(engine, id)).toMatchObject({
        bookingCancelled: true,
        mappingUpdated: true,
        outlookDeleted: true,
        type: 'event',
        reservationId: 700,
        errors: 0,
      });
      expect(engine.events(103)).toEqual([]);
      expect(await eventRows(engine)).toMatchObject([
        { active: 0, description: 'Noter\n\n--- Cancelled from Outlook ---' },
      ]);
      expect(await cancel(engine, id)).toMatchObject({ alreadyCancelled: true, bookingCancelled: false });
      await poll(engine);
      await detect(engine);
      expect((await eventRows(engine))[0]?.description).toBe('Noter\n\n--- Cancelled from Outlook ---');
    }));

  test('after a person deleted it, only the reservation is left to end', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      await push(engine);
      await poll(engine);
      const id = await eventIdOf(engine, 'event', 700, 103);
      engine.people.deleteInRoom(ORNEN, id);
      expect(await cancel(engine, id)).toMatchObject({
        bookingCancelled: true,
        mappingUpdated: true,
        outlookDeleted: false,
      });
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', cancelled_by: 'outlook' }]);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
    }));

  test("a person's meeting is left in Outlook, with a warning; nobody is mailed", () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      const mails = engine.graph.mails.length;
      const [row] = await engine.mappings();
      const result = await cancel(engine, row?.outlook_event_id ?? '');
      expect(result).toMatchObject({ bookingCancelled: true, mappingUpdated: true, outlookDeleted: false });
      expect(result.warnings).toEqual([expect.stringContaining('organiser')]);
      expect(engine.events(103)).toHaveLength(1);
      expect(engine.graph.mails).toHaveLength(mails);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
    }));

  test('E17: one of two rooms of a booking-system event is refused with the reason', () =>
    inRoom(async (engine) => {
      await addEvent(engine, { ...KORPS, rooms: [103, 104] });
      await push(engine);
      const result = await cancel(engine, await eventIdOf(engine, 'event', 700, 103));
      expect(result).toMatchObject({ bookingCancelled: false, mappingUpdated: false, outlookDeleted: false });
      expect(result.warnings).toHaveLength(1);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103, 104] }]);
      expect(engine.events(103)).toHaveLength(1);
    }));

  test('an id nobody knows is refused, ids that differ in case included (E43)', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      await push(engine);
      const id = await eventIdOf(engine, 'event', 700, 103);
      const other = id.replace(/[a-z]/, (letter) => letter.toUpperCase());
      await expect(cancel(engine, other)).rejects.toMatchObject({ kind: 'unknown', field: 'outlookEventId' });
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    }));

  test('dry run: nothing happens', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      await push(engine);
      const id = await eventIdOf(engine, 'event', 700, 103);
      const result = await cancelOutlookEvent(engine.deps, engine.run('cancel-outlook', { dryRun: true }), id);
      expect(result.plan).toMatchObject([{ action: 'cancel-reservation', reservationId: 700 }]);
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    }));
});
