import { type Selectable, sql } from 'kysely';
import type { Alert, AlertStore } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import { isUniqueViolation } from './sql-errors.ts';
import type { AlertsTable } from './tables.ts';

/** `bridge_alerts`: one unacknowledged alert per episode (S128). */
export function createAlertStore({ db, text }: SqlExecutor): AlertStore {
  return {
    raise: async ({ kind, severity, message, properties, episode }) => {
      const raised = text.insert({
        table: 'bridge_alerts',
        columns: ['kind', 'severity', 'message', 'properties', 'episode'],
        select: sql`SELECT ${kind}, ${severity}, ${message}, ${JSON.stringify(properties)}, ${episode}
          WHERE NOT EXISTS (SELECT 1 FROM bridge_alerts AS t WHERE t.episode = ${episode} AND t.acknowledged_at IS NULL)`,
        returning: ['id'],
      });
      try {
        return (await raised.execute(db)).rows.length > 0;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },
    list: async (limit) => {
      const { rows } = await sql<Selectable<AlertsTable>>`SELECT ${text.top(limit)} t.id, t.kind, t.severity, t.message,
        t.properties, t.episode, t.created_at, t.acknowledged_at, t.acknowledged_by FROM bridge_alerts AS t
        ORDER BY t.id DESC ${text.limit(limit)}`.execute(db);
      return rows.map(toAlert);
    },
  };
}

function toAlert(row: Selectable<AlertsTable>): Alert {
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity as Alert['severity'],
    message: row.message,
    properties: JSON.parse(row.properties),
    createdAt: row.created_at,
    acknowledgedAt: row.acknowledged_at,
  };
}
