import type { Log, RunRecord } from '../sync/ports.ts';

/** One structured event per run: what the workbook and the alert rules read. */
export interface RunReport {
  readonly runId: string;
  readonly job: string;
  readonly trigger: RunRecord['trigger'];
  readonly outcome: RunRecord['outcome'];
  readonly durationMs: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Kind of the error that ended the run. */
  readonly errorKind: string | null;
}

export interface Telemetry {
  reportRun(report: RunReport): void;
  /** Sends what is waiting; the host gives about 5 s when it stops. Never throws. */
  flush(): Promise<void>;
}

/** The part of the Application Insights client that is used; it works without `start()` for events of one's own. */
export interface EventClient {
  trackEvent(event: {
    readonly name: string;
    readonly properties: Readonly<Record<string, string>>;
    readonly measurements: Readonly<Record<string, number>>;
  }): void;
  flush(): Promise<void>;
}

/**
 * Sends run reports to Application Insights. The SDK costs about 0.4 s to load, so `loadClient` is called with the
 * first report and never where no connection string is set. Trouble with telemetry is logged once and harms no run.
 */
export function createTelemetry(loadClient: (() => Promise<EventClient>) | null, log: Log): Telemetry {
  let client: Promise<EventClient | null> | null = null;
  const waiting = new Set<Promise<void>>();

  const load = async (start: () => Promise<EventClient>): Promise<EventClient | null> => {
    try {
      return await start();
    } catch (error) {
      log.warn('telemetry is off: Application Insights could not be loaded', { error });
      return null;
    }
  };

  return {
    reportRun({ counts, durationMs, ...report }) {
      if (loadClient === null) return;
      client ??= load(loadClient);
      const sent = client.then((ready) =>
        ready?.trackEvent({
          name: 'sync-run',
          properties: { ...report, errorKind: report.errorKind ?? '' },
          measurements: { ...counts, durationMs },
        }),
      );
      const settled = sent.catch((error) => log.warn('a run report was not sent', { error }));
      waiting.add(settled);
      void settled.then(() => waiting.delete(settled));
    },
    async flush() {
      await Promise.all(waiting);
      await (await client)?.flush().catch((error) => log.warn('telemetry was not flushed', { error }));
    },
  };
}

/** The real client. `useGlobalProviders: false` keeps it away from the host's own instrumentation. */
export async function loadApplicationInsights(connectionString: string): Promise<EventClient> {
  const { TelemetryClient } = await import('applicationinsights');
  return new TelemetryClient(connectionString, { useGlobalProviders: false });
}
