import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, codeOf, createTenant, DELTA, eventUrl, PLAIN, ROOM, VIEW } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Deleting, cancelling, declining');
const gone = { ...PLAIN, deletedEvents: 'not-found' as const };
const guests = { attendees: [{ emailAddress: { address: 'kari@fjordvik.example' } }] };

async function invitedRoom() {
  const tenant = createTenant();
  const { actors } = tenant.simulator;
  const event = { subject: 'Styremøte', start: at('2027-03-04T10:00:00'), end: at('2027-03-04T11:00:00') };
  const meeting = actors.book({ organizer: { name: 'Kari', address: 'kari@fjordvik.example' }, rooms: [ROOM], event });
  await tenant.pass(10_000);
  return { ...tenant, meeting, copy: actors.copyIn(ROOM, meeting) ?? '' };
}

documented(
  {
    id: 'delete-01',
    behaviour: 'DELETE answers 204; by setting, the second time 404 ErrorItemNotFound',
    source: '1.4, C:event-delete.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, delete: remove } = createTenant({ settings: gone });
    const { id } = await create();
    expect((await remove(eventUrl(id))).status).toBe(204);
    const second = await remove(eventUrl(id));
    expect([second.status, codeOf(second)]).toEqual([404, 'ErrorItemNotFound']);
  },
);

documented(
  {
    id: 'delete-02',
    behaviour:
      'By default a deleted event keeps resolving by its immutable id (GET 200); a second DELETE: 403 ErrorCannotDeleteObject',
    source: '1.4, 2; it lies in Deleted Items of the same mailbox',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get, delete: remove } = createTenant();
    const { id } = await create();
    await remove(eventUrl(id));
    expect((await get(eventUrl(id))).status).toBe(200);
    const second = await remove(eventUrl(id));
    expect([second.status, codeOf(second)]).toEqual([403, 'ErrorCannotDeleteObject']);
  },
);

documented(
  {
    id: 'delete-03',
    behaviour: 'calendarView and lists lack a deleted event either way; its regular id answers 404',
    source: '1.4, 2, C:event-delete.md, L:outlook-immutable-id (2024-11)',
    standing: 'confirmed',
  },
  async () => {
    for (const settings of [PLAIN, gone]) {
      const { create, get, delete: remove } = createTenant({ settings });
      const { id } = await create();
      const regular = (await get(`/users/${ROOM}/events`, { prefer: '' })).json.value[0]?.id ?? '';
      await remove(eventUrl(id));
      expect((await get(VIEW)).json.value).toEqual([]);
      expect((await get(`/users/${ROOM}/events`)).json.value).toEqual([]);
      expect((await get(eventUrl(regular), { prefer: '' })).status).toBe(404);
    }
  },
);

documented(
  {
    id: 'delete-04',
    behaviour: 'A PATCH of an event in Deleted Items succeeds and brings nothing back',
    source: '1.4, 2',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get, patch, delete: remove } = createTenant();
    const { id } = await create();
    await remove(eventUrl(id));
    expect((await patch(eventUrl(id), { subject: 'Ghost' })).status).toBe(200);
    expect((await get(VIEW)).json.value).toEqual([]);
  },
);

documented(
  {
    id: 'delete-05',
    behaviour: 'Deleting a meeting the mailbox organises mails cancellations; deleting anything else mails nobody',
    source: '1.4, C:event-delete.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, delete: remove, simulator } = createTenant();
    await remove(eventUrl((await create()).id));
    expect(simulator.mails).toEqual([]);
    await remove(eventUrl((await create(guests)).id));
    expect(simulator.mails.map((mail) => mail.kind)).toEqual(['invitation', 'cancellation']);
  },
);

documented(
  {
    id: 'delete-06',
    behaviour: 'permanentDelete answers 204 and the event is gone for every id',
    source: '1.4, CSDL; the code is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get, post } = createTenant();
    const { id } = await create();
    expect((await post(`${eventUrl(id)}/permanentDelete`, {})).status).toBe(204);
    expect((await get(eventUrl(id))).status).toBe(404);
  },
);

documented(
  {
    id: 'delete-07',
    behaviour: 'A person restores a deleted event: same immutable id, back in the calendar; there is no call for it',
    source: '1.4, 2',
    standing: 'unconfirmed',
  },
  async () => {
    for (const settings of [PLAIN, gone]) {
      const { create, get, delete: remove, simulator } = createTenant({ settings });
      const { id } = await create();
      await remove(eventUrl(id));
      simulator.actors.restoreInRoom(ROOM, id);
      expect((await get(VIEW)).json.value.map((each) => each.id)).toEqual([id]);
      expect((await get(eventUrl(id))).status).toBe(200);
    }
  },
);

documented(
  {
    id: 'delete-08',
    behaviour:
      'With restoredStaysRemoved an event deleted and restored between two rounds is a tombstone in delta and not added again',
    source: '2, #mg-docs-c/72, #mg-docs/21752 (mail folders)',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, delete: remove, simulator, round } = createTenant();
    const { id } = await create();
    const { deltaLink } = await round(DELTA);
    await remove(eventUrl(id));
    simulator.actors.restoreInRoom(ROOM, id);
    const next = await round(deltaLink);
    expect(next.rows).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    expect((await round(next.deltaLink)).rows).toEqual([]);
  },
);

documented(
  {
    id: 'cancel-01',
    behaviour: 'cancel answers 202 to the organiser, mails attendees and removes the event; an attendee gets 400',
    source: '1.4, C:event-cancel.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, post, get, simulator } = createTenant();
    const { id } = await create(guests);
    expect((await post(`${eventUrl(id)}/cancel`, { comment: 'Off' })).status).toBe(202);
    expect(simulator.mails.map((mail) => mail.kind)).toEqual(['invitation', 'cancellation']);
    expect((await get(VIEW)).json.value).toEqual([]);
    const invited = await invitedRoom();
    expect((await invited.post(`${eventUrl(invited.copy)}/cancel`, {})).status).toBe(400);
  },
);

documented(
  {
    id: 'decline-01',
    behaviour: 'decline answers 202, mails the organiser (unless sendResponse is false) and removes the copy',
    source: '1.4, CSDL, FIELD-1',
    standing: 'field report',
  },
  async () => {
    for (const sendResponse of [true, false]) {
      const { post, get, copy, simulator } = await invitedRoom();
      const before = simulator.mails.length;
      expect((await post(`${eventUrl(copy)}/decline`, { sendResponse })).status).toBe(202);
      expect(simulator.mails.slice(before).map(({ kind, cause }) => [kind, cause])).toEqual(
        sendResponse ? [['response', 'graph']] : [],
      );
      expect((await get(VIEW)).json.value).toEqual([]);
    }
  },
);

documented(
  {
    id: 'decline-02',
    behaviour: 'An organiser cannot decline its own event: 400',
    source: '1.4, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { create, post } = createTenant();
    expect((await post(`${eventUrl((await create()).id)}/decline`, {})).status).toBe(400);
  },
);

documented(
  {
    id: 'decline-03',
    behaviour: 'The answer shows on the organiser’s copy',
    source: '1.4, 1.5, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { post, get, copy, meeting } = await invitedRoom();
    await post(`${eventUrl(copy)}/decline`, {});
    const original = (await get(eventUrl(meeting.id, meeting.organizer))).json;
    expect(original.attendees[0]?.status.response).toBe('declined');
  },
);
