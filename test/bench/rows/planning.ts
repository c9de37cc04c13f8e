import { bookingHashOf } from '../../../src/domain/content.ts';
import { discover } from '../../../src/sync/discover.ts';
import type { MappingSave } from '../../../src/sync/ports.ts';
import { below, type Check, exactly, information } from '../support/check.ts';
import { withDatabaseFile } from '../support/file-database.ts';
import { measureApart } from '../support/measure-apart.ts';
import { roomIds, type TownSize } from '../support/town.ts';
import { type BenchWorld, inWorld } from '../support/world.ts';
import { requireAllSynced } from './common.ts';

/** What the measuring process reports. */
export interface PlanningFigures {
  /** Process time of reading and planning, milliseconds. */
  readonly cpuMs: number;
  /** Process time of planning alone. */
  readonly planMs: number;
  readonly residentMb: number;
  /** Reservations looked at. */
  readonly candidates: number;
  /** Inserts and saves planned. */
  readonly planned: number;
}

/** The heap Node allows itself on an instance of 2,048 MB, the default size on Azure; on a larger machine it is lazier about garbage. */
const FLAGS = ['--max-heap-size=1120'];

/**
 * A booking-side pass in which everything is up to date, in a process that does nothing else. The time is that of the whole pass: SQLite
 * and the reading of all rows included, which is more than planning.
 */
export function measurePlanning(size: TownSize = { rooms: 1000, perRoom: 100 }): Promise<readonly Check[]> {
  return withDatabaseFile(async (file) => {
    await inWorld({ ...size, time: 'virtual', simulator: {}, file }, (world) => markAllSynced(world, size));
    const figures = await measureApart<PlanningFigures>('planning-process.ts', [file], FLAGS);
    return [
      below(2000, { measure: 'process time of the pass, reading included', unit: 'ms', measured: figures.cpuMs }),
      below(300, {
        measure: 'resident memory at its highest, on an instance of 2 GB',
        unit: 'MB',
        measured: figures.residentMb,
      }),
      exactly(size.rooms * size.perRoom, {
        measure: 'reservations compared',
        unit: 'rows',
        measured: figures.candidates,
      }),
      exactly(0, { measure: 'changes planned', unit: 'rows', measured: figures.planned }),
      information({ measure: 'process time of planning alone', unit: 'ms', measured: figures.planMs }),
    ];
  });
}

/** As if everything had been pushed: what a push would leave in the mappings, without Graph. */
async function markAllSynced(world: BenchWorld, { rooms, perRoom }: TownSize): Promise<void> {
  const { app } = world;
  const { store, config } = app;
  await discover(app.deps, app.startRun('bench', 'timer'));
  const hashes = new Map(
    (await world.reservations()).map((one) => [`${one.type}:${one.id}`, bookingHashOf(one, config.sync.content)]),
  );
  for (const resourceId of roomIds(rooms)) {
    const span = { resourceId, from: '2000-01-01 00:00:00', to: '2100-01-01 00:00:00' };
    const rows = await store.mappings.listForDiscovery([span]);
    await store.mappings.save(
      rows.map((row): MappingSave => {
        const bookingHash = hashes.get(`${row.type}:${row.reservationId}`) ?? null;
        return {
          id: row.id,
          version: row.version,
          change: { status: 'synced', bookingHash, eventId: `event-${row.id}` },
        };
      }),
    );
  }
  await requireAllSynced(world, rooms * perRoom);
}
