import { readWindow, type ViewWindow } from './calendar-view.ts';
import { type CalendarCall, calendarPath } from './call.ts';
import { type DeltaRound, type DeltaRounds, openToken, sealToken } from './delta-rounds.ts';
import { changedGroup, initialGroups, type RowGroup, renderRow } from './delta-rows.ts';
import type { CalendarFolder } from './mailbox.ts';
import type { TokenDeath } from './settings.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';

const UNSUPPORTED = ['$select', '$expand', '$filter', '$orderby', '$search', '$top', '$skip', '$count'];
const DEATHS: readonly TokenDeath[] = [
  '410-generation',
  '410-location',
  '400-sync-state',
  '404-sync-state',
  '410-resync',
];

/** `GET …/calendarView/delta`: a first round, the next page of a round, or the changes since a deltaLink. */
export function deltaPage(call: CalendarCall, rounds: DeltaRounds): Answer {
  refuseOptions(call);
  const skip = call.query['$skiptoken'];
  const link = call.query['$deltatoken'];
  if (skip === undefined && link === undefined) return pageOf(call, firstRound(call, rounds), 0);
  if (call.query['startDateTime'] !== undefined || call.query['endDateTime'] !== undefined) {
    throw badRequest('The window is frozen in the token and cannot be given again.');
  }
  if (skip !== undefined) return followedPage(call, rounds, skip);
  return pageOf(call, nextRound(call, rounds, link as string), 0);
}

function refuseOptions(call: CalendarCall): void {
  const wrong = UNSUPPORTED.find((name) => call.query[name] !== undefined);
  if (wrong === '$expand') {
    throw new Refusal(500, 'ErrorInternalServerError', 'Value cannot be null. Parameter name: expandClause');
  }
  if (wrong)
    throw badRequest(`The query option '${wrong}' is not supported by change tracking.`, 'ErrorInvalidUrlQuery');
}

/** How a token dies: 410 with the generation, 410 with a Location, or a 40x with `syncStateNotFound`. */
function deadToken(call: CalendarCall, generation: number): Refusal {
  const { death } = call.world.settings.delta;
  const kind = death === 'varied' ? (DEATHS[call.world.random.below(DEATHS.length)] as TokenDeath) : death;
  const highest = call.mailbox.syncGeneration;
  const message = `The sync state generation is not found; generation=${generation};[highest=${highest}]`;
  switch (kind) {
    case '410-generation':
      return new Refusal(410, 'SyncStateNotFound', message);
    case '410-location':
      return new Refusal(410, 'syncStateNotFound', message, {
        headers: { Location: `${deltaUrl(call)}?$deltatoken=` },
      });
    case '410-resync':
      return new Refusal(410, 'resyncRequired', 'Resync is required. Replace any local items with the server version.');
    case '400-sync-state':
      return new Refusal(400, 'syncStateNotFound', message);
    case '404-sync-state':
      return new Refusal(404, 'SyncStateNotFound', message);
  }
}

const deltaUrl = (call: CalendarCall): string =>
  `${call.world.settings.linkBase}/users/${call.mailbox.id}/${calendarPath(call)}calendarView/delta`;

function expired(call: CalendarCall, issuedAt: number, life: number | null): boolean {
  return life !== null && call.world.clock.now() - issuedAt > life;
}

function beginRound(call: CalendarCall, rounds: DeltaRounds, window: ViewWindow, groups: RowGroup[]): DeltaRound {
  const { mailbox, world } = call;
  const folder = call.folder as CalendarFolder;
  const round: DeltaRound = {
    id: `r${(++world.counters.rounds).toString(36)}`,
    mailbox: mailbox.id,
    folder: folder.key,
    ...window,
    version: visibleVersion(call),
    seen: visibleVersion(call),
    startedAt: world.clock.now(),
    generation: mailbox.syncGeneration,
    pages: paginate(call, groups),
  };
  if (round.pages.length > 1) rounds.add(round, world.settings.delta.roundsKept);
  return round;
}

function firstRound(call: CalendarCall, rounds: DeltaRounds): DeltaRound {
  const window = readWindow(call);
  return beginRound(call, rounds, window, initialGroups(call, call.folder as CalendarFolder, window));
}

function nextRound(call: CalendarCall, rounds: DeltaRounds, text: string): DeltaRound {
  const token = openToken(text);
  const folder = call.folder as CalendarFolder;
  if (!token || token.mailbox !== call.mailbox.id || token.folder !== folder.key) {
    throw badRequest('The sync state is invalid.', 'SyncStateInvalid');
  }
  if (
    token.generation !== call.mailbox.syncGeneration ||
    expired(call, token.issuedAt, call.world.settings.delta.tokenLife)
  ) {
    throw deadToken(call, token.generation);
  }
  const window = { from: token.from, to: token.to };
  return beginRound(call, rounds, window, changedGroups(call, token.version, token.version, window));
}

/** The last version delta knows of yet: younger changes surface later. */
function visibleVersion({ mailbox, world }: CalendarCall): number {
  const { lag } = world.settings.delta;
  if (lag === 0) return mailbox.version;
  const known = world.clock.now() - lag;
  const hidden = mailbox.changes.newest((record) => (mailbox.events.get(record.core)?.modifiedAt ?? 0) > known);
  return hidden.length === 0 ? mailbox.version : Math.min(...hidden.map((record) => record.version)) - 1;
}

/** Rows of events whose latest change came after `after`, each with everything changed since `since`. */
function changedGroups(call: CalendarCall, after: number, since: number, window: ViewWindow): RowGroup[] {
  const visible = visibleVersion(call);
  return call.mailbox.changes
    .since(after)
    .filter((record) => record.version <= visible)
    .map((record) => changedGroup(call, call.folder as CalendarFolder, record, since, window))
    .filter((group) => group.length > 0);
}

/** Cuts rows into pages: no order, a series whole, some rows again later, some pages empty. */
function paginate(call: CalendarCall, groups: RowGroup[]): RowGroup[][] {
  if (groups.length === 0) return [[]];
  const { random, settings } = call.world;
  const { delta } = settings;
  const size = call.prefer.maxPageSize ?? delta.pageSize;
  const pages: RowGroup[][] = [[]];
  let rows = 0;
  const put = (group: RowGroup): void => {
    if (rows >= size) {
      if (random.chance(delta.emptyPages)) pages.push([]);
      pages.push([]);
      rows = 0;
    }
    (pages.at(-1) as RowGroup[]).push(group);
    rows += group.length;
  };
  const ordered = delta.shuffle ? random.shuffled(groups) : groups;
  const again: RowGroup[] = [];
  for (const group of ordered) {
    put(group);
    if (random.chance(delta.repeats)) again.push(group);
  }
  for (const group of again) put(group);
  if (random.chance(delta.emptyPages)) pages.push([]);
  return pages;
}

function followedPage(call: CalendarCall, rounds: DeltaRounds, text: string): Answer {
  const [id = '', page = ''] = Buffer.from(text, 'base64url').toString().split('.');
  const round = rounds.find(id);
  const number = Number(page);
  if (!/^r[0-9a-z]+$/.test(id) || !Number.isInteger(number))
    throw badRequest('The sync state is invalid.', 'SyncStateInvalid');
  if (round && (round.mailbox !== call.mailbox.id || number >= round.pages.length)) {
    throw badRequest('The sync state is invalid.', 'SyncStateInvalid');
  }
  const stale = round && expired(call, round.startedAt, call.world.settings.delta.nextLinkLife);
  if (!round || stale || round.generation !== call.mailbox.syncGeneration) {
    throw deadToken(call, round?.generation ?? call.mailbox.syncGeneration - 1);
  }
  return pageOf(call, round, number);
}

function pageOf(call: CalendarCall, round: DeltaRound, number: number): Answer {
  const { world } = call;
  if (
    world.settings.delta.lateChanges &&
    number > 0 &&
    number === round.pages.length - 1 &&
    round.seen < call.mailbox.version
  ) {
    const late = changedGroups(call, round.seen, round.version, round);
    round.seen = visibleVersion(call);
    if (late.length > 0) round.pages.push(...paginate(call, late));
  }
  const last = number === round.pages.length - 1;
  const { mailbox, folder, from, to, version, generation } = round;
  const token = last
    ? sealToken({ mailbox, folder, from, to, version, generation, issuedAt: world.clock.now() })
    : Buffer.from(`${round.id}.${number + 1}`).toString('base64url');
  return {
    status: 200,
    headers: {
      'Preference-Applied': ['odata.track-changes', call.prefer.applied].filter((each) => each !== '').join(', '),
    },
    json: {
      '@odata.context': `${world.settings.linkBase}/$metadata#Collection(event)`,
      value: (round.pages[number] as RowGroup[]).flat().map((each) => renderRow(call, each)),
      ...(last
        ? { '@odata.deltaLink': `${deltaUrl(call)}?$deltatoken=${token}` }
        : { '@odata.nextLink': `${deltaUrl(call)}?$skiptoken=${token}` }),
    },
  };
}
