/** What the other side holds although no read of ours has shown it yet. */
import { processImports } from '../../../src/sync/import-reservations.ts';
import { pollChanges } from '../../../src/sync/poll.ts';
import { pushPending } from '../../../src/sync/push.ts';
import { type Engine, eventRows, inEngine, meeting } from '../../support/engine.ts';

const ORNEN = 'ornen@fjordvik.example';

async function settle({ deps, run }: Engine): Promise<void> {
  for (let cycle = 0; cycle < 2; cycle += 1) {
    await pollChanges(deps, run('poll-changes'));
    await processImports(deps, run('process-imports'), { limit: 100 });
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
