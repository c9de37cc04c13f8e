/** `/places`: rooms and room lists, keyed by e-mail; their `id` is no identity. */
import { type Call, formatQuery, pagingOf } from './call.ts';
import { guidOf } from './ids.ts';
import { type FilterSubject, parseFilter, passes } from './odata-filter.ts';
import type { AreaRouter, PlainOperation } from './router.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';

export interface RoomPlace {
  readonly emailAddress: string;
  readonly displayName: string;
  readonly building: string | null;
  readonly floorNumber: number | null;
  readonly capacity: number | null;
  /** `reserved` rooms are first come, first served and cannot be booked. */
  readonly bookingType: 'standard' | 'reserved' | 'unknown';
  readonly tags: readonly string[];
  /** Address of the room list it belongs to. */
  readonly roomList: string | null;
}

export interface RoomListPlace {
  readonly emailAddress: string;
  readonly displayName: string;
}

export interface PlaceDirectory {
  readonly rooms: Map<string, RoomPlace>;
  readonly roomLists: Map<string, RoomListPlace>;
}

type Shown = Record<string, unknown>;

const OPTIONS = ['$top', '$skip', '$select', '$filter', '$count'];
const DEFAULT_PAGE = 100;

function showRoom(seed: string, room: RoomPlace): Shown {
  const { roomList: _roomList, ...own } = room;
  return {
    id: guidOf(`${seed}/place/${room.emailAddress}`),
    placeId: guidOf(`${seed}/placeId/${room.emailAddress}`),
    ...own,
    nickname: room.displayName,
    floorLabel: room.floorNumber === null ? null : String(room.floorNumber),
    label: null,
    phone: '',
    audioDeviceName: null,
    videoDeviceName: null,
    displayDeviceName: null,
    isWheelChairAccessible: false,
    address: null,
    geoCoordinates: null,
    parentId: null,
    teamsEnabledState: 'unknown',
  };
}

function showRoomList(seed: string, list: RoomListPlace): Shown {
  return { id: guidOf(`${seed}/place/${list.emailAddress}`), ...list, address: null, geoCoordinates: null, phone: '' };
}

function subjectOf(row: Shown): FilterSubject {
  return { value: (path) => row[path], elements: () => [] };
}

function page(call: Call, path: string, type: string, all: readonly Shown[]): Answer {
  for (const name in call.query) {
    if (!OPTIONS.includes(name)) throw badRequest(`The query parameter '${name}' is not supported here.`, 'BadRequest');
  }
  const { linkBase } = call.world.settings;
  const { top, skip } = pagingOf(call.query, DEFAULT_PAGE);
  const filter = call.query['$filter'] === undefined ? null : parseFilter(call.query['$filter']);
  const found = filter ? all.filter((row) => passes(filter, subjectOf(row))) : all;
  const names = call.query['$select']?.split(',').map((name) => name.trim());
  const value = found
    .slice(skip, skip + top)
    .map((row) => (names ? Object.fromEntries(['id', ...names].map((name) => [name, row[name]])) : row));
  const next = formatQuery({ ...call.query, $top: String(top), $skip: String(skip + top) });
  return {
    status: 200,
    json: {
      '@odata.context': `${linkBase}/$metadata#places/${type}`,
      ...(call.query['$count'] === 'true' ? { '@odata.count': found.length } : {}),
      value,
      ...(found.length > skip + top ? { '@odata.nextLink': `${linkBase}${path}?${next}` } : {}),
    },
  };
}

const byAddress = (a: { emailAddress: string }, b: { emailAddress: string }): number =>
  a.emailAddress < b.emailAddress ? -1 : 1;

export function createPlacesRouter(seed: string, directory: PlaceDirectory): AreaRouter {
  const allRooms = (): RoomPlace[] => [...directory.rooms.values()].sort(byAddress);
  const plain = (run: PlainOperation) => ({ kind: 'places', run });

  function roomsOf(call: Call, list: string): Answer {
    const known = directory.roomLists.get(list.toLowerCase());
    if (!known) throw new Refusal(404, 'ErrorItemNotFound', 'The room list was not found.');
    const rooms = allRooms().filter((room) => room.roomList?.toLowerCase() === list.toLowerCase());
    const path = `/places/${encodeURIComponent(list)}/microsoft.graph.roomlist/rooms`;
    return page(
      call,
      path,
      'microsoft.graph.room',
      rooms.map((room) => showRoom(seed, room)),
    );
  }

  function onePlace(address: string): Answer {
    const room = directory.rooms.get(address.toLowerCase());
    if (!room) throw new Refusal(404, 'ErrorItemNotFound', 'The place was not found.');
    return { status: 200, json: { '@odata.type': '#microsoft.graph.room', ...showRoom(seed, room) } };
  }

  return (method, [, kind, cast, rooms, more]) => {
    if (method !== 'GET' || kind === undefined || more !== undefined) return null;
    const type = kind.toLowerCase();
    if (type === 'microsoft.graph.room' && cast === undefined) {
      return plain((call) =>
        page(
          call,
          '/places/microsoft.graph.room',
          'microsoft.graph.room',
          allRooms().map((room) => showRoom(seed, room)),
        ),
      );
    }
    if (type === 'microsoft.graph.roomlist' && cast === undefined) {
      const lists = [...directory.roomLists.values()].sort(byAddress).map((list) => showRoomList(seed, list));
      return plain((call) => page(call, '/places/microsoft.graph.roomlist', 'microsoft.graph.roomList', lists));
    }
    if (cast?.toLowerCase() === 'microsoft.graph.roomlist' && rooms === 'rooms')
      return plain((call) => roomsOf(call, kind));
    return cast === undefined ? plain(() => onePlace(kind)) : null;
  };
}
