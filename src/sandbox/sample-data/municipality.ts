/** Reference rows of the fictional Fjordvik kommune: buildings, rooms, activities, organisations, seasons. */
import type { SampleDates } from './dates.ts';
import type { RoomMappingRow, Row, SampleRows } from './rows.ts';

/** Room mailboxes by resource id. 203 is mapped but switched off, 105 is not mapped. */
export const SAMPLE_ROOMS: readonly RoomMappingRow[] = [
  room(101, 'storsalen', 'Storsalen'),
  room(102, 'lillesalen', 'Lillesalen'),
  room(103, 'ornen', 'Møterom Ørnen'),
  room(104, 'aere', 'Møterom Ære'),
  room(201, 'halla', 'Hallflate A'),
  room(202, 'hallb', 'Hallflate B'),
  { ...room(203, 'styrkerom', 'Styrkerom'), active: 0 },
];

/** Mailbox of a sample room; throws for a room without one. */
export function sampleCalendar(resourceId: number): string {
  const found = SAMPLE_ROOMS.find((candidate) => candidate.resource_id === resourceId);
  if (found === undefined) throw new RangeError(`Sample room ${resourceId} has no mailbox.`);
  return found.outlook_item_id;
}

/** Name of the building a sample room lies in. */
export function buildingOf(resourceId: number): { readonly id: number; readonly name: string } {
  return resourceId < 200 ? { id: 1, name: 'Fjordvik kulturhus' } : { id: 2, name: 'Solbakken idrettshall' };
}

/** The published season of the building a room lies in. */
export function seasonOf(resourceId: number): number {
  return resourceId < 200 ? 31 : 32;
}

export function municipalityRows(dates: SampleDates): SampleRows {
  return {
    activity: [
      activity(1, null, 'Idrett'),
      activity(2, null, 'Kultur'),
      activity(47, null, 'Annet'),
      activity(15, 1, 'Fotball'),
      activity(17, 1, 'Håndball'),
      activity(36, 2, 'Musikk'),
      activity(51, 47, 'Internt i kommunen'),
    ],
    building: [
      { id: 1, activity_id: 2, name: 'Fjordvik kulturhus', homepage: '', street: 'Strandgata 1', city: 'Fjordvik' },
      { id: 2, activity_id: 1, name: 'Solbakken idrettshall', homepage: '', street: 'Solbakken 8', city: 'Fjordvik' },
    ],
    resource: resources,
    building_resource: resources.map(({ id }) => ({ building_id: buildingOf(Number(id)).id, resource_id: Number(id) })),
    season: [
      season(dates, 31, 1, 'Kulturhuset vår', '2027-01-04', '2027-06-20', 'PUBLISHED'),
      season(dates, 32, 2, 'Hallen vår', '2027-01-04', '2027-06-20', 'PUBLISHED'),
      season(dates, 33, 2, 'Hallen høst', '2027-08-16', '2027-12-19', 'PLANNING'),
    ],
    agegroup: ranked(['Småbarn', 'Barn', 'Ungdom', 'Junior', 'Voksne', 'Seniorer', 'Familier', 'Studenter', 'Alle']),
    targetaudience: ranked(['Lag', 'Elever', 'Klubber', 'Skoler', 'Kor', 'Korps', 'Ansatte', 'Innbyggere', 'Alle']),
    organization: [
      organization(11, 'Fjordvik Håndballklubb', 'post@fjordvikhk.example'),
      organization(12, 'Fjordvik IL', 'post@fjordvikil.example'),
      organization(13, 'Fjordvik Skolekorps', 'styret@skolekorps.example'),
      organization(14, 'Kor Ø', 'post@koroe.example'),
      organization(15, 'Frivilligsentralen', 'post@frivillig.example'),
    ],
    group: [
      group(21, 11, 'Jenter 12'),
      group(22, 11, 'Menn senior'),
      group(23, 12, 'Gutter 10'),
      group(24, 12, 'Gutter 12'),
      group(25, 13, 'Hovedkorps'),
      group(26, 14, 'Storkoret'),
      group(27, 12, 'Turn barn'),
      group(28, 15, 'Datahjelp'),
    ],
  };
}

const resources: readonly Row[] = [
  { id: 101, activity_id: 36, name: 'Storsalen' },
  { id: 102, activity_id: 36, name: 'Lillesalen' },
  { id: 103, activity_id: 51, name: 'Møterom Ørnen' },
  { id: 104, activity_id: 51, name: 'Møterom Ære' },
  { id: 105, activity_id: 47, name: 'Kjøkken' },
  { id: 201, activity_id: 17, name: 'Hallflate A' },
  { id: 202, activity_id: 15, name: 'Hallflate B' },
  { id: 203, activity_id: 1, name: 'Styrkerom' },
];

function room(resourceId: number, mailbox: string, name: string): RoomMappingRow {
  return {
    resource_id: resourceId,
    outlook_item_id: `${mailbox}@fjordvik.example`,
    outlook_item_name: name,
    active: 1,
  };
}

function activity(id: number, parentId: number | null, name: string): Row {
  return { id, parent_id: parentId, name, description: name };
}

function season(
  dates: SampleDates,
  id: number,
  buildingId: number,
  name: string,
  from: string,
  to: string,
  status: string,
): Row {
  return {
    id,
    officer_id: 1,
    building_id: buildingId,
    name,
    status,
    from_: dates.date(from),
    to_: dates.date(to),
  };
}

/**
 * Nine age groups or audiences. As in a default install the lowest id is inactive; the lowest `sort` belongs to id 9, and within
 * each root (1, 2, 47) it is not the lowest id either.
 */
function ranked(names: readonly string[]): Row[] {
  const roots = [1, 1, 1, 1, 2, 2, 47, 47, 47];
  const sorts = [0, 30, 10, 20, 25, 15, 28, 18, 5];
  return names.map((name, index) => ({
    id: index + 1,
    activity_id: roots[index] ?? 47,
    name,
    sort: sorts[index] ?? 0,
    active: index === 0 ? 0 : 1,
  }));
}

function organization(id: number, name: string, email: string): Row {
  return { id, organization_number: String(970_000_000 + id), name, email };
}

function group(id: number, organizationId: number, name: string): Row {
  return { id, organization_id: organizationId, name };
}
