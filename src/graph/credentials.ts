import type { AccessToken, TokenCredential } from '@azure/identity';
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { Clock, Log } from '../sync/ports.ts';
import { type ClientSecret, type GraphCredential, type GraphEndpoint, isLoopback } from './settings.ts';

/** Access tokens for Graph, cached until shortly before they expire; one acquisition at a time. */
export interface TokenSource {
  /**
   * A token to send. `refused` names one Graph answered 401 to, and `claims` what it asked for instead (continuous access
   * evaluation): a new one is acquired then. Throws `misconfigured`, `access-denied` (naming the setting) or `transient`.
   */
  token(refused?: { readonly token: string; readonly claims: string | null }): Promise<string>;
}

/** The SDKs, loaded when a token is first needed so that a cold start does not wait for them. */
export interface CredentialSdks {
  readonly identity: () => Promise<Pick<typeof import('@azure/identity'), CredentialClass>>;
  readonly vault: () => Promise<Pick<typeof import('@azure/keyvault-secrets'), 'SecretClient'>>;
}

type CredentialClass = 'ClientSecretCredential' | 'DefaultAzureCredential' | 'ManagedIdentityCredential';

const AZURE_SDKS: CredentialSdks = {
  identity: () => import('@azure/identity'),
  vault: () => import('@azure/keyvault-secrets'),
};

/** Time before expiry at which a token is replaced. */
const RENEW_BEFORE_MS = 2 * 60_000;
/** How long a client secret read from Key Vault is used before it is read again. */
const SECRET_TTL_MS = 10 * 60_000;
const NO_CREDENTIAL_TOKEN = 'loopback';

export interface TokenSourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly sdks?: CredentialSdks;
  /** Instead of the configured credential. */
  readonly credential?: Pick<TokenCredential, 'getToken'>;
}

/** Makes the token source of a checked configuration; loads and calls nothing until the first token is asked for. */
export function createTokenSource(
  credential: GraphCredential,
  endpoint: GraphEndpoint,
  deps: TokenSourceDeps,
): TokenSource {
  if (deps.credential === undefined && credential.kind === 'none' && isLoopback(endpoint.origin)) {
    return { token: async () => NO_CREDENTIAL_TOKEN };
  }
  const source = deps.credential ? fixedCredential(deps.credential) : openCredential(credential, endpoint, deps);
  let cached: AccessToken | null = null;
  let pending: Promise<string> | null = null;

  const acquire = async (claims: string | null) => {
    try {
      cached = await source.acquire(endpoint.scope, claims);
      return cached.token;
    } catch (error) {
      throw explainFailure(error, credential);
    } finally {
      pending = null;
    }
  };
  return {
    token: async (refused) => {
      if (refused !== undefined && cached?.token === refused.token) cached = null;
      if (cached !== null && cached.expiresOnTimestamp - deps.clock.now() > RENEW_BEFORE_MS) return cached.token;
      pending ??= acquire(refused?.claims ?? null);
      return pending;
    },
  };
}

/** Where access tokens come from, without a cache. */
interface OpenCredential {
  acquire(scope: string, claims: string | null): Promise<AccessToken>;
}

function fixedCredential(credential: Pick<TokenCredential, 'getToken'>): OpenCredential {
  return {
    acquire: async (scope, claims) => {
      const token = await credential.getToken(scope, claims === null ? {} : { claims });
      if (token === null) throw new SyncError('misconfigured', 'The credential for Microsoft Graph gave no token.');
      return token;
    },
  };
}

/** The configured credential; made at first use, and again when the secret in Key Vault has changed. */
function openCredential(credential: GraphCredential, endpoint: GraphEndpoint, deps: TokenSourceDeps): OpenCredential {
  const sdks = deps.sdks ?? AZURE_SDKS;
  if (credential.kind === 'client-secret') return openClientSecret(credential, endpoint, deps, sdks);
  let opened: Promise<OpenCredential> | null = null;
  const open = async () => {
    const { ManagedIdentityCredential, DefaultAzureCredential } = await sdks.identity();
    if (credential.kind === 'managed-identity') {
      const options = credential.clientId === null ? {} : { clientId: credential.clientId };
      return fixedCredential(new ManagedIdentityCredential(options));
    }
    const tenantId = credential.kind === 'developer' ? credential.tenantId : null;
    const tenant = tenantId === null ? {} : { tenantId };
    return fixedCredential(new DefaultAzureCredential({ ...tenant, authorityHost: endpoint.authority }));
  };
  return {
    acquire: async (scope, claims) => {
      opened ??= open();
      return (await opened).acquire(scope, claims);
    },
  };
}

function openClientSecret(
  credential: GraphCredential & { readonly kind: 'client-secret' },
  endpoint: GraphEndpoint,
  deps: TokenSourceDeps,
  sdks: CredentialSdks,
): OpenCredential {
  const secret = createSecretReader(credential.secret, deps, sdks);
  let current: { secret: string; credential: OpenCredential } | null = null;
  const withSecret = async (value: string) => {
    if (current?.secret !== value) {
      const { ClientSecretCredential } = await sdks.identity();
      const options = { authorityHost: endpoint.authority };
      const made = new ClientSecretCredential(credential.tenantId, credential.clientId, value, options);
      current = { secret: value, credential: fixedCredential(made) };
    }
    return current.credential;
  };
  return {
    acquire: async (scope, claims) => {
      const value = await secret.read();
      try {
        return await (await withSecret(value)).acquire(scope, claims);
      } catch (error) {
        const fresh = isSecretRefused(error) ? await secret.reread() : null;
        if (fresh === null || fresh === value) throw error;
        return (await withSecret(fresh)).acquire(scope, claims);
      }
    },
  };
}

export interface SecretReader {
  /** The secret, read again after its time to live; the last good value while the vault does not answer. */
  read(): Promise<string>;
  /** The secret as it is now (it may have been rotated); null when it is not kept in a vault or cannot be read. */
  reread(): Promise<string | null>;
}

/** Reads a client secret from the settings or from Key Vault with the app's identity. */
export function createSecretReader(
  secret: ClientSecret,
  deps: Pick<TokenSourceDeps, 'clock' | 'log'>,
  sdks: CredentialSdks,
): SecretReader {
  if ('value' in secret) return { read: async () => secret.value, reread: async () => null };
  let kept: { value: string; at: number } | null = null;
  const fetchSecret = async () => {
    const [{ DefaultAzureCredential }, { SecretClient }] = await Promise.all([sdks.identity(), sdks.vault()]);
    const { value } = await new SecretClient(secret.vaultUrl, new DefaultAzureCredential()).getSecret(secret.name);
    if (!value) throw new SyncError('misconfigured', `The secret ${secret.name} in Key Vault is empty.`);
    kept = { value, at: deps.clock.now() };
    return value;
  };
  return {
    read: async () => {
      if (kept !== null && deps.clock.now() - kept.at < SECRET_TTL_MS) return kept.value;
      try {
        return await fetchSecret();
      } catch (error) {
        if (kept === null) throw explainVaultFailure(error, secret.name);
        deps.log.warn('Key Vault did not answer; the client secret read before stays in use', { code: codeOf(error) });
        return kept.value;
      }
    },
    reread: () => fetchSecret().catch(() => null),
  };
}

function explainVaultFailure(error: unknown, name: string): SyncError {
  if (isSyncError(error)) return error;
  const status = numberIn(error, 'statusCode');
  const details = { cause: error, field: 'GRAPH_CLIENT_SECRET_NAME' };
  if (status === 404) {
    return new SyncError('misconfigured', `Key Vault (KEY_VAULT_URL) holds no secret named ${name}.`, details);
  }
  if (status === 401 || status === 403) {
    const grant = 'give the app identity the role Key Vault Secrets User';
    return new SyncError('access-denied', `Key Vault refused the secret ${name} (${status}): ${grant}.`, details);
  }
  return new SyncError('transient', 'Key Vault did not answer; the client secret could not be read.', { cause: error });
}

/** What to look at for the sign-in errors that a setting cures: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const SIGN_IN_ERRORS: Readonly<Record<string, { field: string; advice: string }>> = {
  AADSTS7000215: { field: 'GRAPH_CLIENT_SECRET', advice: 'the client secret is wrong; check GRAPH_CLIENT_SECRET' },
  AADSTS7000222: { field: 'GRAPH_CLIENT_SECRET', advice: 'the client secret has expired; renew GRAPH_CLIENT_SECRET' },
  AADSTS700016: { field: 'GRAPH_CLIENT_ID', advice: 'the tenant does not know the app; check GRAPH_CLIENT_ID' },
  AADSTS900023: { field: 'GRAPH_TENANT_ID', advice: 'the tenant id is not valid; check GRAPH_TENANT_ID' },
  AADSTS90002: { field: 'GRAPH_TENANT_ID', advice: 'the tenant does not exist; check GRAPH_TENANT_ID and GRAPH_CLOUD' },
};

/** Turns what a credential throws into a `SyncError` that names the setting (S23, S115). Tokens and secrets never show. */
export function explainFailure(error: unknown, credential: GraphCredential): SyncError {
  if (isSyncError(error)) return error;
  const name = error instanceof Error ? error.name : '';
  const code = codeOf(error);
  if (name === 'CredentialUnavailableError') {
    const advice =
      credential.kind === 'developer'
        ? 'sign in with "az login" or "azd auth login"'
        : 'this host offers no managed identity (AZURE_CLIENT_ID); set GRAPH_TENANT_ID, GRAPH_CLIENT_ID and GRAPH_CLIENT_SECRET';
    const message = `No credential for Microsoft Graph is available: ${advice}.`;
    return new SyncError('misconfigured', message, { cause: error, field: 'GRAPH_CREDENTIAL' });
  }
  const known = code === undefined ? undefined : SIGN_IN_ERRORS[code];
  const status = numberIn(error, 'statusCode');
  if (known !== undefined || (name === 'AuthenticationError' && status !== undefined && status < 500)) {
    const advice =
      known?.advice ?? 'check GRAPH_TENANT_ID, GRAPH_CLIENT_ID and GRAPH_CLIENT_SECRET (or AZURE_CLIENT_ID)';
    const message = `Sign-in for Microsoft Graph was refused (${code ?? status}): ${advice}.`;
    return new SyncError('access-denied', message, {
      cause: error,
      field: known?.field ?? 'GRAPH_CREDENTIAL',
      ...(code === undefined ? {} : { code }),
    });
  }
  return new SyncError('transient', 'The sign-in service did not answer; nothing was sent to Microsoft Graph.', {
    cause: error,
  });
}

function isSecretRefused(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'AADSTS7000215' || code === 'AADSTS7000222';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? /AADSTS\d+/.exec(error.message)?.[0] : undefined;
}

function numberIn(error: unknown, key: string): number | undefined {
  if (typeof error !== 'object' || error === null || !(key in error)) return undefined;
  const value = (error as Record<string, unknown>)[key];
  return typeof value === 'number' ? value : undefined;
}
