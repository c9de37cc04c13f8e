/** R2: one meeting is one reservation, whatever its rows have forgotten of it. */
import { MARKER_PROPERTY_ID } from '../../../src/domain/marker.ts';
import { DAY, type Engine, eventRows, MINUTE, meeting, times, weekly } from '../../support/engine.ts';
import { AERE, detect, imports, inRoom, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

const MEETING = meeting('Fellesmøte', '2027-03-16 09:00', '2027-03-16 11:00');

async function cycle(engine: Engine): Promise<void> {
  engine.wait(DAY + MINUTE);
  await poll(engine);
  await imports(engine);
  await push(engine);
}

/** A meeting in one room, booked. */
async function booked(engine: Engine) {
  const held = invite(engine, [ORNEN], MEETING);
  await cycle(engine);
  expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
  return held;
}

test('E66: a copy restored while the meeting goes on in another room joins the reservation made there', () =>
  inRoom(async (engine) => {
    const held = await booked(engine);
    const copy = engine.people.copyIn(ORNEN, held) ?? '';
    engine.people.deleteInRoom(ORNEN, copy);
    await cycle(engine);
    engine.people.changeRooms(held, [AERE]);
    await cycle(engine);
    const [, second] = await eventRows(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 0 }, { active: 1, rooms: [104] }]);
    engine.people.restoreInRoom(ORNEN, copy);
    await cycle(engine);
    await cycle(engine);
    expect(await eventRows(engine, 'active = 1')).toMatchObject([{ id: second?.id, rooms: [103, 104] }]);
  }));

test('E14: a meeting whose room was pointed elsewhere joins its reservation from a second room', () =>
  inRoom(async (engine) => {
    const held = await booked(engine);
    await engine.sql(
      "UPDATE bridge_resource_mappings SET outlook_item_id = 'reserve@fjordvik.example' WHERE resource_id = 103",
    );
    await cycle(engine);
    engine.people.changeRooms(held, [ORNEN, AERE]);
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103, 104] }]);
  }));

test('E12, R10: the journal names the mapping of the room a meeting moved to', () =>
  inRoom(async (engine) => {
    const held = await booked(engine);
    engine.people.changeRooms(held, [AERE]);
    await cycle(engine);
    const [row] = await engine.mappings('resource_id = 104');
    expect(await engine.sql("SELECT mapping_id FROM bridge_journal WHERE action = 'room-linked'")).toEqual([
      { mapping_id: row?.id },
    ]);
  }));

test('E36: an event whose mark arrives only after a reset goes back to its reservation', () =>
  inRoom(async (engine) => {
    const id = engine.people.createInRoom(ORNEN, MEETING);
    const { calendars } = engine.deps;
    const write: typeof calendars.write = async (_, writes) => writes.map(() => ({ kind: 'not-sent' }));
    const deaf = { ...engine, deps: { ...engine.deps, calendars: { ...calendars, write } } };
    await cycle(deaf);
    const [reservation] = await eventRows(engine);
    await engine.sql(
      "UPDATE bridge_mappings SET sync_status = 'pending', outlook_event_id = NULL, reservation_id = NULL",
    );
    engine.wait(DAY + MINUTE);
    await poll(engine);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'imported', outlook_event_id: id }]);
    engine.people.editInRoom(ORNEN, id, {
      singleValueExtendedProperties: [{ id: MARKER_PROPERTY_ID, value: `event:${reservation?.id}:103:0` }],
    });
    await cycle(engine);
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject([{ id: reservation?.id, active: 1 }]);
    expect(await engine.mappings()).toMatchObject([
      { sync_status: 'synced', reservation_id: reservation?.id, outlook_event_id: id, origin: 'outlook' },
    ]);
  }));

test.each([
  ['went on in another room', 'UPDATE bb_event_resource SET resource_id = 104', [103, 104]],
  ['were taken out of every room', 'DELETE FROM bb_event_resource', [103]],
])('R2, E66: a series restored after its reservations %s joins them', (_, change, rooms) =>
  inRoom(async (engine) => {
    const held = invite(engine, [ORNEN], { ...MEETING, ...weekly('2027-03-16', 'tuesday', 3) });
    await cycle(engine);
    const before = await eventRows(engine);
    expect(before).toHaveLength(3);
    const copy = engine.people.copyIn(ORNEN, held) ?? '';
    engine.people.deleteInRoom(ORNEN, copy);
    await cycle(engine);
    await engine.sql('UPDATE bb_event SET active = 1');
    await detect(engine);
    await engine.sql(change);
    await detect(engine);
    await cycle(engine);
    engine.people.restoreInRoom(ORNEN, copy);
    await cycle(engine);
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject(before.map(({ id }) => ({ id, active: 1, rooms })));
  }),
);

test('R2, E14: an occurrence changed alone after its room was pointed elsewhere joins its reservation from a second room', () =>
  inRoom(async (engine) => {
    const held = invite(engine, [ORNEN], { ...MEETING, ...weekly('2027-03-16', 'tuesday', 3) });
    await cycle(engine);
    const before = await eventRows(engine);
    await engine.sql(
      "UPDATE bridge_resource_mappings SET outlook_item_id = 'reserve@fjordvik.example' WHERE resource_id = 103",
    );
    await cycle(engine);
    engine.people.changeRooms(held, [AERE]);
    engine.people.editOccurrence(held, '2027-03-23', times('2027-03-23 09:00', '2027-03-23 12:00'));
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject(before.map(({ id }) => ({ id, active: 1, rooms: [103, 104] })));
  }));

test('E17, E66: a meeting deleted in one of its rooms and sent there again has that room again', () =>
  inRoom(async (engine) => {
    const held = invite(engine, [ORNEN, AERE], MEETING);
    await cycle(engine);
    engine.people.deleteInRoom(ORNEN, engine.people.copyIn(ORNEN, held) ?? '');
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [104] }]);
    engine.people.edit(held, { importance: 'high' });
    await cycle(engine);
    await cycle(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103, 104] }]);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }, { sync_status: 'synced' }]);
  }));
