import { bodyOf, type CalendarCall, type Call } from './call.ts';
import { immutableId, parseEventId, regularId } from './ids.ts';
import type { Mailbox } from './mailbox.ts';
import type { AreaRouter } from './router.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';
import { findMailbox } from './world.ts';

function renderUser(mailbox: Mailbox): Record<string, unknown> {
  return {
    id: mailbox.id,
    displayName: mailbox.name,
    mail: mailbox.address,
    userPrincipalName: mailbox.address,
    givenName: null,
    surname: null,
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    businessPhones: [],
  };
}

/** `GET /users/{id}`: the directory answers, whatever state the mailbox is in. */
function getUser(call: Call, reference: string): Answer {
  const mailbox = findMailbox(call.world, reference);
  if (!mailbox || mailbox.health === 'Request_ResourceNotFound') {
    throw new Refusal(
      404,
      'Request_ResourceNotFound',
      `Resource '${reference}' does not exist or one of its queried reference-property objects are not present.`,
    );
  }
  const base = call.world.settings.linkBase;
  return { status: 200, json: { '@odata.context': `${base}/$metadata#users/$entity`, ...renderUser(mailbox) } };
}

function listCalendars(call: CalendarCall): Answer {
  const { mailbox, world } = call;
  const value = [...mailbox.folders.values()].map((folder) => ({
    id: folder.key,
    name: folder.name,
    isDefaultCalendar: folder.isDefault,
    canEdit: true,
    canShare: true,
    canViewPrivateItems: true,
    owner: { name: mailbox.name, address: mailbox.address },
  }));
  return {
    status: 200,
    json: { '@odata.context': `${world.settings.linkBase}/$metadata#users('${mailbox.id}')/calendars`, value },
  };
}

function supportedTimeZones(call: CalendarCall): Answer {
  const { world } = call;
  const value = world.zones.windowsNames().map((name) => ({ alias: name, displayName: name }));
  const type = 'Collection(microsoft.graph.timeZoneInformation)';
  return { status: 200, json: { '@odata.context': `${world.settings.linkBase}/$metadata#${type}`, value } };
}

/** `POST …/translateExchangeIds` between regular and immutable ids. */
function translateIds(call: CalendarCall): Answer {
  const { inputIds, sourceIdType, targetIdType } = bodyOf(call);
  const forms = ['restId', 'restImmutableEntryId'];
  if (!Array.isArray(inputIds) || inputIds.length > 1_000) throw badRequest("'inputIds' takes up to 1,000 ids.");
  if (!forms.includes(String(sourceIdType)) || !forms.includes(String(targetIdType))) {
    throw badRequest('The simulator translates between restId and restImmutableEntryId only.');
  }
  const value = (inputIds as string[]).map((sourceId) => {
    const ref = parseEventId(sourceId);
    const event = ref && ref.tag === call.mailbox.tag ? call.mailbox.events.get(ref.core) : undefined;
    if (!ref || !event) {
      return { sourceId, errorDetails: { code: 'ErrorInvalidIdMalformed', message: 'Id is malformed.' } };
    }
    const targetId =
      targetIdType === 'restId'
        ? regularId(ref.tag, ref.core, event.moves, ref.date, ref.schedule)
        : immutableId(ref.tag, ref.core, ref.date, ref.schedule);
    return { sourceId, targetId };
  });
  return { status: 200, json: { value } };
}

/** `/users/{id}` and what lies below it beside events. */
export const usersRouter: AreaRouter = (method, segments) => {
  const [, user, area, name, more] = segments;
  if (user === undefined || more !== undefined) return null;
  const calendar = undefined;
  if (area === undefined)
    return method === 'GET' ? { kind: 'read-user', run: (call: Call) => getUser(call, user) } : null;
  if (area === 'calendars' && name === undefined && method === 'GET') {
    return { kind: 'list-calendars', user, calendar, run: listCalendars };
  }
  if (area === 'outlook' && (name === 'supportedTimeZones' || name === 'supportedTimeZones()') && method === 'GET') {
    return { kind: 'time-zones', user, calendar, run: supportedTimeZones };
  }
  if (area === 'translateExchangeIds' && name === undefined && method === 'POST') {
    return { kind: 'translate-ids', user, calendar, run: translateIds };
  }
  return null;
};
