/** A noted event that is gone before its import is dropped on proof, and taken after all when it is back. */
import { SyncError } from '../../../src/domain/errors.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { eventRows, MINUTE, meeting } from '../../support/engine.ts';
import { imports, inRoom, ORNEN, poll } from '../../support/engine-jobs.ts';

const CODES: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

describe('E50: gone before it was imported', () => {
  test.each(['resolve', 'not-found'] as const)(
    'is dropped without a reservation (deleted events: %s)',
    (deletedEvents) =>
      inRoom(
        async (engine) => {
          const id = engine.people.createInRoom(ORNEN, meeting('Fantom', '2027-03-02 09:00', '2027-03-02 10:00'));
          await poll(engine);
          engine.people.deleteInRoom(ORNEN, id);
          expect((await imports(engine)).details).toMatchObject([{ status: 'gone' }]);
          expect(await eventRows(engine)).toEqual([]);
          expect(await engine.mappings()).toMatchObject([
            { sync_status: 'cancelled', cancelled_by: 'outlook', reservation_id: null },
          ]);
        },
        { simulator: { deletedEvents } },
      ),
  );

  test('one that vanished unseen is dropped by the next full read', () =>
    inRoom(async (engine) => {
      const id = engine.people.createInRoom(ORNEN, meeting('Fantom', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      engine.people.deleteInRoom(ORNEN, id);
      engine.graph.expireDeltaTokens();
      await poll(engine);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', reservation_id: null }]);
    }));

  test('one that was only out of sight is imported when it is seen again', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Her', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      const { calendars } = engine.deps;
      const blind = { ...calendars, readWindows: async () => [{ ok: true as const, value: [] }] };
      await processImports({ ...engine.deps, calendars: blind }, engine.run(), { limit: 10 });
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled' }]);
      engine.wait(25 * 60 * MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Her', active: 1 }]);
    }));

  test('is imported after all when it was restored', () =>
    inRoom(async (engine) => {
      const id = engine.people.createInRoom(ORNEN, meeting('Angret', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await imports(engine);
      engine.people.restoreInRoom(ORNEN, id);
      engine.wait(25 * 60 * MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Angret', active: 1 }]);
    }));

  test.each([401, 403, 429, 503])('an outage (%i) while it is read again changes nothing', (status) =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      const before = await engine.mappings();
      engine.graph.faults.add({
        times: Number.POSITIVE_INFINITY,
        fault: { status, code: CODES[status] ?? '', retryAfter: 600 },
      });
      await expect(imports(engine)).rejects.toThrow(SyncError);
      expect(await engine.mappings()).toEqual(before);
      engine.graph.faults.clear();
      engine.wait(60 * MINUTE);
      expect(await imports(engine)).toMatchObject({ successful: 1 });
    }),
  );
});
