import type { GraphSettings } from '../graph/settings.ts';
import type { BookingSchema } from '../sql/booking-schema.ts';
import type { SyncSettings } from '../sync/settings.ts';
import type { JobName, JobSettings } from './jobs.ts';

/** Everything the app was told, checked once and frozen. Built by `loadConfig`. */
export interface Config {
  readonly database: DatabaseSettings;
  readonly booking: BookingSettings;
  readonly sync: SyncSettings;
  readonly graph: GraphSettings;
  readonly webhook: { readonly baseUrl: string | null; readonly clientSecret: string | null };
  readonly http: { readonly authLevel: AuthLevel; readonly apiKey: string | null };
  readonly monitoring: MonitoringSettings;
  readonly jobs: Readonly<Record<JobName, JobSettings>>;
}

/** Exactly one of three ways to the database. */
export type DatabaseSettings =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'connection-string'; readonly connectionString: string; readonly poolMax: number }
  | {
      readonly kind: 'server';
      readonly server: string;
      readonly database: string;
      readonly poolMax: number;
      /** Absent: managed identity, or the developer's login. */
      readonly login: { readonly user: string; readonly password: string } | null;
      /** Client id of a user-assigned identity. */
      readonly clientId: string | null;
    };

export interface BookingSettings {
  readonly schema: BookingSchema;
  readonly zone: string;
  readonly seasonFilter: boolean;
}

export interface MonitoringSettings {
  readonly logLevel: LogLevel;
  readonly alertWebhookUrl: string | null;
  readonly applicationInsights: string | null;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type AuthLevel = 'anonymous' | 'function';
