import { immutableId } from '../../../src/sandbox/graph-simulator/ids.ts';
import { packC } from '../../../src/sandbox/sample-data/pack-c.ts';
import { openTestSandbox } from '../../functions/support/sandbox.ts';

test('pack C lies in the room calendars as people left it', async () => {
  const { graph, close } = await openTestSandbox('', 'sample');
  const rows = ['storsalen', 'ornen', 'aere'].flatMap((name) => {
    const { events } = graph.mailbox(`${name}@fjordvik.example`);
    return [...events.values()].map((event) => [
      name,
      (event.subject ?? '').slice(0, 20),
      new Date(event.start).toISOString().slice(5, 16),
      event.series?.range.numberOfOccurrences ?? 1,
      event.isCancelled ? 'cancelled' : event.showAs,
      event.sensitivity,
      event.isOrganizer ? 'room' : event.organizer.name,
    ]);
  });
  expect(rows).toEqual([
    ['storsalen', 'Øving til vårkonsert', '03-18T11:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['storsalen', 'Rigging', '02-27T21:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['storsalen', 'Lydprøve', '03-09T18:30', 1, 'busy', 'normal', 'Kari Lunde'],
    ['storsalen', 'Etterlatt kopi', '03-24T12:00', 1, 'busy', 'normal', 'room'],
    ['ornen', 'Prosjektmøte', '03-02T08:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['ornen', 'Valgkomité', '03-22T00:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['ornen', 'Kanskje idémyldring', '03-11T13:00', 1, 'tentative', 'normal', 'Kari Lunde'],
    ['ornen', 'Fellesmøte', '03-16T08:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['ornen', 'Gjennomgang av økono', '03-17T07:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['ornen', 'Kollisjon', '03-08T09:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['aere', 'Morgenmøte', '03-02T07:30', 4, 'busy', 'normal', 'Kari Lunde'],
    ['aere', 'Medarbeidersamtale', '03-09T12:00', 1, 'busy', 'private', 'Kari Lunde'],
    ['aere', 'Canceled: Prosjektmø', '03-24T09:00', 1, 'cancelled', 'normal', 'Kari Lunde'],
    ['aere', 'Fellesmøte', '03-16T08:00', 1, 'busy', 'normal', 'Kari Lunde'],
    ['aere', '', '03-19T08:00', 1, 'busy', 'normal', 'Ola Hansen'],
    ['aere', 'Åpen kontortid', '03-23T11:00', 1, 'free', 'normal', 'Kari Lunde'],
  ]);
  const copies = packC().reduce((sum, event) => sum + event.rooms.length, 0);
  expect(rows).toHaveLength(copies);
  await close();
});

test('what people booked survives a restart', async () => {
  const first = await openTestSandbox('', 'sample');
  const saved = JSON.parse(JSON.stringify(first.graph.saveState()));
  const idsIn = ({ graph }: typeof first) => {
    const room = graph.mailbox('ornen@fjordvik.example');
    return [...room.events.values()].map(({ core }) => immutableId(room.tag, core));
  };
  const second = await openTestSandbox();
  second.graph.loadState(saved);
  expect(idsIn(second)).toEqual(idsIn(first));
  await Promise.all([first.close(), second.close()]);
});
