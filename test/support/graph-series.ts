import { createTenant, VIEW, weekly } from './graph-tenant.ts';

export const ORDERED = `${VIEW}&$orderby=start/dateTime&$top=100`;

/** A tenant with one weekly series in its room; `occurrence(n)` is the id of the nth at the beginning. */
export async function series(change: Record<string, unknown> = {}) {
  const tenant = createTenant();
  const master = await tenant.create(weekly(change));
  const rows = async () => (await tenant.get(ORDERED)).json.value;
  const ids = (await rows()).map((each) => each.id);
  return { ...tenant, master, rows, occurrence: (n: number) => ids[n] ?? '' };
}
