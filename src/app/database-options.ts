import type { DatabaseSettings } from '../config/config.ts';
import type { DatabaseOptions } from '../sql/database.ts';
import type { Clock } from '../sync/ports.ts';

/** The settings as the SQL layer asks for them. Loads the identity library only where a token is needed. */
export async function databaseOptions(settings: DatabaseSettings, clock: Clock): Promise<DatabaseOptions> {
  if (settings.kind === 'sqlite') return { engine: 'sqlite', file: settings.file, clock };
  const common = { engine: 'sqlserver', clock, poolSize: settings.poolMax } as const;
  if (settings.kind === 'connection-string') return { ...common, connectionString: settings.connectionString };
  const { server: host, database, login, clientId } = settings;
  if (login !== null) return { ...common, server: { host, database, ...login } };
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(clientId === null ? {} : { managedIdentityClientId: clientId });
  return { ...common, server: { host, database }, credential };
}
