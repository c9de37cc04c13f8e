/** What the other side holds although no read of ours has shown it yet. */
import { detectCancellations } from '../../../src/sync/cancellations.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { pollChanges } from '../../../src/sync/poll.ts';
import { pushPending } from '../../../src/sync/push.ts';
import { type Engine, eventRows, inEngine, MINUTE, meeting } from '../../support/engine.ts';
import { invite } from '../../support/outlook.ts';

const ORNEN = 'ornen@fjordvik.example';
const AERE = 'aere@fjordvik.example';

async function settle({ deps, run }: Engine): Promise<void> {
  for (let cycle = 0; cycle < 2; cycle += 1) {
    await pollChanges(deps, run('poll-changes'));
    await processImports(deps, run('process-imports'), { limit: 100 });
    await detectCancellations(deps, run('sync-deletions'));
    await pushPending(deps, run('to-outlook'), { limit: 1000 });
  }
}

test('E8: a private event that a clerk publishes brings the text along that was not imported', () =>
  inEngine({ empty: true }, async (engine) => {
    const private_ = { sensitivity: 'private', body: { contentType: 'text', content: 'Tall' } };
    const planned = meeting('Lønnssamtale', '2027-03-02 10:00', '2027-03-02 11:00');
    engine.people.createInRoom(ORNEN, { ...planned, ...private_ });
    await settle(engine);
    expect(await eventRows(engine, `name = 'Lønnssamtale'`)).toMatchObject([{ description: '', is_public: 0 }]);
    await engine.sql(`UPDATE bb_event SET is_public = 1 WHERE name = 'Lønnssamtale'`);
    await settle(engine);
    expect(await eventRows(engine, `name = 'Lønnssamtale'`)).toMatchObject([{ description: 'Tall', is_public: 1 }]);
  }));

test("E47, E12: what a clerk changed on a person's meeting still waits for a person after the meeting moved to another room", () =>
  inEngine({ empty: true }, async (engine) => {
    const booked = invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
    await settle(engine);
    await engine.sql(`UPDATE bb_event SET name = 'Omdøpt'`);
    await settle(engine);
    engine.people.changeRooms(booked, [AERE]);
    engine.wait(MINUTE);
    await settle(engine);
    expect(await eventRows(engine)).toMatchObject([{ name: 'Omdøpt', active: 1, rooms: [104] }]);
    expect(await engine.mappings('resource_id = 104')).toMatchObject([
      { sync_status: 'conflict', conflict_kind: 'edited' },
    ]);
  }));
