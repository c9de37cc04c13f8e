import { z } from 'zod';
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { CallLimits, ReadOutcome } from '../sync/ports.ts';
import { BATCH_LIMIT, sendTogether } from './batch.ts';
import { readFailure, toSyncError } from './graph-errors.ts';
import { callDirectly, type DirectDeps, readAllPages } from './paging.ts';
import { isSuccess } from './transport.ts';

/** A room of the tenant's address book: https://learn.microsoft.com/graph/api/resources/room */
export interface PlaceRoom {
  /** Stable id of the place; `null` on older rows. Rooms are known by their mailbox, not by this. */
  readonly placeId: string | null;
  readonly name: string;
  readonly address: string;
  readonly building: string | null;
  readonly floor: string | null;
  readonly capacity: number | null;
  readonly bookingType: string | null;
}

export interface RoomList {
  readonly name: string;
  readonly address: string;
}

/** The user object behind a room mailbox. */
export interface MailboxUser {
  /** Object id: what subscriptions name, since it survives renames. */
  readonly id: string;
  readonly name: string | null;
  readonly mail: string | null;
  readonly userPrincipalName: string | null;
}

/** Every method throws `SyncError`. Needs the permissions Place.Read.All and User.Read.All. */
export interface RoomDirectory {
  listRooms(limits: CallLimits): Promise<readonly PlaceRoom[]>;
  listRoomLists(limits: CallLimits): Promise<readonly RoomList[]>;
  listRoomsOf(roomListAddress: string, limits: CallLimits): Promise<readonly PlaceRoom[]>;
  /** The mailbox behind an address or object id; null when there is none. */
  findMailbox(address: string, limits: CallLimits): Promise<MailboxUser | null>;
  /** The same for many, 20 in a request; an outcome per address, `not-found` when there is none. */
  findMailboxes(addresses: readonly string[], limits: CallLimits): Promise<readonly ReadOutcome<MailboxUser>[]>;
}

const PAGE = 100;
const text = z.string().nullish();

const wireRoom = z.object({
  placeId: text,
  displayName: text,
  emailAddress: z.string().min(1),
  building: text,
  floorLabel: text,
  floorNumber: z.number().nullish(),
  capacity: z.number().nullish(),
  bookingType: text,
});

const wireRoomList = z.object({ displayName: text, emailAddress: z.string().min(1) });
const wireUser = z.object({ id: z.string().min(1), displayName: text, mail: text, userPrincipalName: text });

export function createRoomDirectory(deps: DirectDeps): RoomDirectory {
  const listPlaces = async (path: string, deadline: number) => {
    const rows = await readAllPages(deps, `${path}?$top=${PAGE}`, 'place', deadline);
    return rows.flatMap((row) => {
      const parsed = wireRoom.safeParse(row);
      return parsed.success ? [toRoom(parsed.data)] : [];
    });
  };
  return {
    listRooms: ({ deadline }) => listPlaces('/places/microsoft.graph.room', deadline),
    listRoomsOf: (address, { deadline }) =>
      listPlaces(`/places/${encodeURIComponent(address)}/microsoft.graph.roomlist/rooms`, deadline),
    listRoomLists: async ({ deadline }) => {
      const rows = await readAllPages(deps, `/places/microsoft.graph.roomlist?$top=${PAGE}`, 'place', deadline);
      return rows.flatMap((row) => {
        const { data } = wireRoomList.safeParse(row);
        return data === undefined ? [] : [{ name: data.displayName ?? data.emailAddress, address: data.emailAddress }];
      });
    },
    findMailbox: async (address, { deadline }) => {
      try {
        const { body } = await callDirectly(deps, userCall(address), 'user', deadline);
        return toUser(body);
      } catch (error) {
        if (isSyncError(error, 'not-found')) return null;
        throw error;
      }
    },
    findMailboxes: async (addresses, { deadline }) => {
      const outcomes: ReadOutcome<MailboxUser>[] = [];
      for (let from = 0; from < addresses.length; from += BATCH_LIMIT) {
        const calls = addresses.slice(from, from + BATCH_LIMIT).map(userCall);
        const results = await sendTogether(deps.client, calls, deadline);
        outcomes.push(...results.map((result) => (result.sent ? readUser(deps, result.reply) : refuse(result.error))));
      }
      return outcomes;
    },
  };
}

function userCall(address: string) {
  const path = `/users/${encodeURIComponent(address)}?$select=id,displayName,mail,userPrincipalName`;
  return { method: 'GET' as const, path };
}

function readUser({ clock }: DirectDeps, reply: Parameters<typeof readFailure>[0]): ReadOutcome<MailboxUser> {
  if (reply.lost !== null || !isSuccess(reply.status)) {
    return refuse(toSyncError(readFailure(reply, clock.now()), 'user'));
  }
  try {
    return { ok: true, value: toUser(reply.body) };
  } catch (error) {
    if (isSyncError(error)) return refuse(error);
    throw error;
  }
}

function refuse(error: SyncError): ReadOutcome<MailboxUser> {
  return { ok: false, error };
}

function toUser(body: unknown): MailboxUser {
  const { data } = wireUser.safeParse(body);
  if (data === undefined) throw new SyncError('transient', 'Microsoft Graph answered with a user that cannot be read.');
  return {
    id: data.id,
    name: data.displayName ?? null,
    mail: data.mail ?? null,
    userPrincipalName: data.userPrincipalName ?? null,
  };
}

function toRoom(row: z.output<typeof wireRoom>): PlaceRoom {
  return {
    placeId: row.placeId ?? null,
    name: row.displayName ?? row.emailAddress,
    address: row.emailAddress,
    building: row.building ?? null,
    floor: row.floorLabel ?? row.floorNumber?.toString() ?? null,
    capacity: row.capacity ?? null,
    bookingType: row.bookingType ?? null,
  };
}
