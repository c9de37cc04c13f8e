/** Figures as the documented body of `/sync/stats` and `/sync/status`. */
import type { z } from 'zod';
import type { SyncStatistics } from '../../monitoring/figures.ts';
import type { Health } from '../../monitoring/health.ts';
import type { healthBody, statsBody } from '../bodies/monitoring.ts';

export function presentStats(figures: SyncStatistics): z.output<typeof statsBody> {
  return {
    success: true,
    statistics: {
      total_mappings: figures.total,
      summary: {
        ...figures.byStatus,
        booking_to_outlook: figures.byDirection.booking_to_outlook,
        outlook_to_booking: figures.byDirection.outlook_to_booking,
      },
      by_type: {
        event: { ...figures.byType.event },
        booking: { ...figures.byType.booking },
        allocation: { ...figures.byType.allocation },
        unassigned: { ...figures.byType.unassigned },
      },
      by_status: { ...figures.byStatus },
      by_direction: { ...figures.byDirection },
      orphaned_mappings: figures.orphaned,
      oldest_pending_at: figures.oldestPendingAt,
      last_sync_at: figures.lastSyncAt,
      jobs: Object.fromEntries(
        figures.runs.map((run) => [
          run.job.replaceAll('-', '_'),
          { last_run_at: run.startedAt, last_result: run.outcome, last_trigger: run.trigger, last_error: run.error },
        ]),
      ),
    },
    generated_at: figures.generatedAt,
  };
}

export function presentHealth(health: Health): z.output<typeof healthBody> {
  return {
    success: health.status !== 'unhealthy',
    status: health.status,
    database: health.database,
    missing_settings: [...health.missingSettings],
    checked_at: health.checkedAt,
  };
}
