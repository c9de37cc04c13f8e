import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  codeOf,
  createTenant,
  eventUrl,
  marked,
  PLAIN,
  plainEvent,
  ROOM,
  VIEW,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('transactionId');
const EVENTS = `/users/${ROOM}/calendar/events`;

documented(
  {
    id: 'transaction-01',
    behaviour:
      'Same id and same body again: 201 with the same event, no second event, whatever the order of the members',
    source: '1.1, FIELD-1 (2026-10)',
    standing: 'field report',
  },
  async () => {
    const { post, get } = createTenant();
    const body = plainEvent({ transactionId: 'token-1', ...marked('event:1:103:0') });
    const first = await post(EVENTS, body);
    const again = await post(EVENTS, Object.fromEntries(Object.entries(body).reverse()));
    expect([again.status, again.json.id]).toEqual([201, first.json.id]);
    expect((await get(VIEW)).json.value).toHaveLength(1);
  },
);

documented(
  {
    id: 'transaction-02',
    behaviour: 'Same id and another body: 400 ErrorDuplicateTransactionId with @event.existingEventId',
    source: '1.1, #alcionai/corso/2490, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { create, post } = createTenant();
    const first = await create({ transactionId: 'token-1' });
    const reply = await post(EVENTS, plainEvent({ transactionId: 'token-1', subject: 'Other' }));
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorDuplicateTransactionId']);
    expect(reply.json.error['@event.existingEventId']).toBe(first.id);
  },
);

documented(
  {
    id: 'transaction-03',
    behaviour: 'By setting the same refusal comes as 409, as in the test fakes of several clients',
    source: '14, #alcionai/corso/2490, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { create, post } = createTenant({ settings: { ...PLAIN, duplicateTransactionStatus: 409 } });
    await create({ transactionId: 'token-1' });
    const reply = await post(EVENTS, plainEvent({ transactionId: 'token-1', subject: 'Other' }));
    expect([reply.status, codeOf(reply)]).toEqual([409, 'ErrorDuplicateTransactionId']);
  },
);

documented(
  {
    id: 'transaction-04',
    behaviour: 'The id stays taken after its event was deleted, even for the same body',
    source: '1.1, #alcionai/corso/2490; the extent is not published',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, post, delete: remove } = createTenant();
    const first = await create({ transactionId: 'token-1' });
    await remove(eventUrl(first.id));
    const reply = await post(EVENTS, plainEvent({ transactionId: 'token-1' }));
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorDuplicateTransactionId']);
    expect(reply.json.error['@event.existingEventId']).toBe(first.id);
  },
);

documented(
  {
    id: 'transaction-05',
    behaviour: 'By setting a deletion frees the id',
    source: '1.1; the extent is not published',
    standing: 'unconfirmed',
  },
  async () => {
    const settings = { ...PLAIN, transactionIdsOutliveDeletion: false };
    const { create, post, delete: remove } = createTenant({ settings });
    const first = await create({ transactionId: 'token-1' });
    await remove(eventUrl(first.id));
    const reply = await post(EVENTS, plainEvent({ transactionId: 'token-1' }));
    expect(reply.status).toBe(201);
    expect(reply.json.id).not.toBe(first.id);
  },
);

documented(
  {
    id: 'transaction-06',
    behaviour: 'transactionId is returned only if it was set, and cannot be changed later',
    source: '1.1, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const bare = await create();
    expect('transactionId' in bare).toBe(false);
    const created = await create({ transactionId: 'token-1' });
    expect(created['transactionId']).toBe('token-1');
    expect((await patch(eventUrl(created.id), { transactionId: 'token-2' })).status).toBe(400);
  },
);

documented(
  {
    id: 'transaction-07',
    behaviour: 'The same id in another mailbox is another create',
    source: '1.1; the scope is not published',
    standing: 'unconfirmed',
  },
  async () => {
    const { create } = createTenant();
    const first = await create({ transactionId: 'token-1' });
    const other = await create({ transactionId: 'token-1' }, 'aere@fjordvik.example');
    expect(other.id).not.toBe(first.id);
  },
);
