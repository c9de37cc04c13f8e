/** Number of mappings by status. */
export async function countByStatus(
  run: (text: string) => Promise<{ s: string; n: number }[]>,
): Promise<Readonly<Record<string, number>>> {
  const rows = await run('SELECT sync_status AS s, COUNT(*) AS n FROM bridge_mappings GROUP BY sync_status');
  return Object.fromEntries(rows.map((row) => [row.s, row.n]));
}
