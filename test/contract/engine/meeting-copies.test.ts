/** A person's meeting that a room holds twice, or that went from one room to another: which copy is meant, and what is noted of it. */
import { type Engine, eventRows, MINUTE, meeting, times } from '../../support/engine.ts';
import { AERE, imports, inRoom, ORNEN, poll } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

test('R10: a meeting that moved to another room is noted under the mapping of its new room', () =>
  inRoom(async (engine) => {
    const booked = invite(engine, [ORNEN], meeting('Flyttes', '2027-03-16 09:00', '2027-03-16 11:00'));
    await poll(engine);
    await imports(engine);
    engine.people.changeRooms(booked, [AERE]);
    engine.wait(MINUTE);
    await poll(engine);
    const [row] = await engine.mappings('resource_id = 104');
    expect(await engine.sql(`SELECT action, mapping_id FROM bridge_journal WHERE resource_id = 104`)).toEqual([
      { action: 'room-linked', mapping_id: row?.id },
    ]);
  }));

describe('E66: an old copy of a meeting, brought back beside the one its organiser sent since, is left alone', () => {
  const [OLD, NEW] = [
    ['2027-03-16 09:00', '2027-03-16 11:00'],
    ['2027-03-17 12:00', '2027-03-17 14:00'],
  ] as const;

  /** Lets the service look, if it shall, after each of: invited, deleted in the room, sent again, the deleted one brought back. */
  async function tell(engine: Engine, looks: string): Promise<void> {
    const look = async (when: string) => {
      engine.wait(MINUTE);
      if (!looks.includes(when)) return;
      await poll(engine);
      await imports(engine);
    };
    const booked = invite(engine, [ORNEN], meeting('Styremøte', ...OLD));
    const copy = engine.people.copyIn(ORNEN, booked) ?? '';
    await look('invited');
    engine.people.deleteInRoom(ORNEN, copy);
    await look('deleted');
    engine.people.edit(booked, times(...NEW));
    await look('sent');
    engine.people.restoreInRoom(ORNEN, copy);
    await look('restored');
  }

  test.each([false, true])(
    'nor does it revive a meeting that its organiser has cancelled; looked at before: %s',
    (looks) =>
      inRoom(async (engine) => {
        const look = async () => {
          engine.wait(MINUTE);
          await poll(engine);
          await imports(engine);
        };
        const booked = invite(engine, [ORNEN], meeting('Styremøte', ...OLD));
        const copy = engine.people.copyIn(ORNEN, booked) ?? '';
        engine.people.deleteInRoom(ORNEN, copy);
        engine.people.edit(booked, times(...NEW));
        if (looks) await look();
        engine.wait(MINUTE);
        engine.people.cancel(booked);
        engine.wait(MINUTE);
        engine.people.restoreInRoom(ORNEN, copy);
        await look();
        engine.wait(26 * 60 * MINUTE);
        await look();
        expect((await eventRows(engine)).filter((row) => row.active === 1)).toEqual([]);
      }),
  );

  const LOOKS = [
    'restored',
    'invited restored',
    'invited sent restored',
    'invited deleted sent restored',
    'invited deleted restored',
    'sent restored',
  ];
  test.each(LOOKS)('looked at when: %s', (looks) =>
    inRoom(async (engine) => {
      await tell(engine, looks);
      expect(engine.events(103)).toHaveLength(2);
      for (const full of [false, true]) {
        const active = (await eventRows(engine)).filter((row) => row.active === 1);
        expect(active).toMatchObject([{ from_: `${NEW[0]}:00`, to_: `${NEW[1]}:00`, rooms: [103] }]);
        engine.wait(full ? 26 * 60 * MINUTE : MINUTE);
        const { changesDetected } = await poll(engine);
        expect(changesDetected).toBe(0);
      }
    }),
  );
});
