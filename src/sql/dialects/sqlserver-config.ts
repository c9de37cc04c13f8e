import type { config as MssqlConfig } from 'mssql';
import mssql from 'mssql';
import { SyncError } from '../../domain/errors.ts';
import type { Clock } from '../../sync/ports.ts';

/** A credential of `@azure/identity`, as far as the driver needs it. */
export interface TokenCredential {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export interface SqlServerOptions {
  readonly engine: 'sqlserver';
  /** ADO.NET style connection string with a SQL login; or the parts of `server`. One of the two. */
  readonly connectionString?: string;
  readonly server?: {
    readonly host: string;
    readonly port?: number;
    readonly database: string;
    readonly user?: string;
    readonly password?: string;
    /** For containers with a self-signed certificate only. */
    readonly trustServerCertificate?: boolean;
  };
  /** Signs in with tokens instead of a SQL login: one credential, and so one token cache, for all connections. */
  readonly credential?: TokenCredential;
  readonly clock: Clock;
  /**
   * How long a connection is tried again while the server says that it will pass, milliseconds; default 90,000: a paused
   * serverless database takes about a minute to resume. 0 = one try.
   */
  readonly connectRetryMs?: number;
  /** Connections at most; default 4 per worker. */
  readonly poolSize?: number;
  /** Longest run of one statement, milliseconds; default 30,000. */
  readonly requestTimeoutMs?: number;
}

/** Covers socket, TLS, token and login. */
const CONNECT_TIMEOUT_MS = 30_000;
/** An open session keeps a serverless database from pausing, so idle ones are closed and none is kept. */
const IDLE_MS = 30_000;

/** The driver's configuration. Throws `misconfigured` naming what is missing. */
export function sqlServerConfig(options: SqlServerOptions): MssqlConfig {
  const base = options.connectionString === undefined ? fromParts(options) : fromText(options.connectionString);
  const authentication =
    options.credential === undefined
      ? {}
      : { authentication: { type: 'token-credential' as const, options: { credential: options.credential } } };
  return {
    ...base,
    ...authentication,
    options: {
      ...base.options,
      encrypt: base.options?.encrypt ?? true,
      trustServerCertificate: base.options?.trustServerCertificate ?? false,
      enableArithAbort: true,
      useUTC: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      appName: 'outlook-booking-sync',
    },
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    pool: { min: 0, max: options.poolSize ?? 4, idleTimeoutMillis: IDLE_MS },
    // SELECT 1 before each statement would double the trips; the socket's state shows what a closed one is.
    validateConnection: 'socket',
  } as MssqlConfig;
}

function fromText(connectionString: string): MssqlConfig {
  // The driver takes these three for a SQL login and fails with a login error that explains nothing.
  if (/authentication\s*=\s*"?active directory (default|managed identity|msi)/i.test(connectionString)) {
    throw misconfigured('Sign in with tokens by settings (server and database), not by a connection string.');
  }
  const config = mssql.ConnectionPool.parseConnectionString(connectionString);
  if (!config.server) throw misconfigured('The SQL connection string names no server.');
  return config;
}

function fromParts({ server, credential }: SqlServerOptions): MssqlConfig {
  if (server === undefined) throw misconfigured('Give either a SQL connection string or server and database.');
  if (credential === undefined && (server.user === undefined || server.password === undefined)) {
    throw misconfigured('Give the SQL login a user and a password, or sign in with a credential.');
  }
  return {
    server: server.host,
    database: server.database,
    ...(server.port === undefined ? {} : { port: server.port }),
    ...(server.user === undefined ? {} : { user: server.user }),
    ...(server.password === undefined ? {} : { password: server.password }),
    options: { trustServerCertificate: server.trustServerCertificate ?? false },
  };
}

function misconfigured(message: string): SyncError {
  return new SyncError('misconfigured', message, { field: 'SQL_CONNECTION_STRING' });
}
