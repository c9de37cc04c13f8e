import { SyncError } from '../../../src/domain/errors.ts';
import { commonLimits, eachRoom, type HeldRoom, withShards } from '../../../src/sync/room-lease.ts';
import type { SyncDeps } from '../../../src/sync/settings.ts';
import { RUN, SETTINGS } from '../../support/sync-builders.ts';

const ROOMS = ['a@example.org', 'b@example.org'];

/** A store that always gives the leases asked for and notes what happened in which order. */
function leasing() {
  const happened: string[] = [];
  const calendars = {
    claim: async (names: readonly string[]) =>
      names.map((calendar) => ({ calendar, token: 1, owner: 'me', state: {} })),
    renew: async () => [],
    release: async () => void happened.push('released'),
  };
  const deps = {
    settings: SETTINGS,
    clock: { now: () => Date.parse('2027-03-01T07:00:00Z') },
    ids: { uuid: () => 'me' },
    store: { calendars },
  } as unknown as SyncDeps;
  return { deps, happened };
}

/** The first room fails at once; the second takes longer. */
async function failFirst(room: HeldRoom, happened: string[], error: Error): Promise<void> {
  if (room.calendar === ROOMS[0]) throw error;
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  happened.push('written');
}

test('R12: leases are given back when the last room has ended, not when the first one broke', async () => {
  const { deps, happened } = leasing();
  const work = withShards(deps, RUN, ROOMS, (rooms) =>
    eachRoom(deps, rooms, (room) => failFirst(room, happened, new Error('a bug'))),
  );
  await expect(work).rejects.toThrow('a bug');
  expect(happened).toEqual(['written', 'released']);
});

test('R12: a lease that cannot be renewed fails the shard after the other renewals have ended', async () => {
  const { deps, happened } = leasing();
  const lost = new SyncError('lease-lost', 'lost');
  const work = withShards(deps, RUN, ROOMS, async (rooms) => {
    const limits = async (room: HeldRoom) => {
      await failFirst(room, happened, lost);
      return { deadline: 0 };
    };
    await commonLimits(rooms.map((room) => ({ ...room, limits: () => limits(room) })));
    return [];
  });
  await expect(work).rejects.toThrow('lost');
  expect(happened).toEqual(['written', 'released']);
});
