import type { ClientSecret, GraphCredential } from '../graph/settings.ts';

type Name =
  | 'GRAPH_CREDENTIAL'
  | 'GRAPH_TENANT_ID'
  | 'GRAPH_CLIENT_ID'
  | 'GRAPH_CLIENT_SECRET'
  | 'GRAPH_CLIENT_SECRET_NAME'
  | 'KEY_VAULT_URL'
  | 'AZURE_CLIENT_ID';

/** The settings that say how the app signs in to Graph. */
export type CredentialSettings = { readonly [name in Name]?: string | undefined };

/** The credential they make up, or every setting it lacks. `hasPlatformIdentity`: the platform offers a managed identity. */
export function credentialOf(values: CredentialSettings, hasPlatformIdentity: boolean): GraphCredential {
  const fallback = values.GRAPH_CLIENT_ID === undefined && hasPlatformIdentity ? 'managed-identity' : 'client-secret';
  const kind = values.GRAPH_CREDENTIAL ?? fallback;
  if (kind === 'managed-identity') return { kind, clientId: values.AZURE_CLIENT_ID ?? null };
  if (kind === 'developer') return { kind, tenantId: values.GRAPH_TENANT_ID ?? null };
  if (kind === 'none') return { kind };
  const { GRAPH_TENANT_ID: tenantId, GRAPH_CLIENT_ID: clientId } = values;
  const secret = clientSecretOf(values);
  if (tenantId !== undefined && clientId !== undefined && secret !== null) {
    return { kind: 'client-secret', tenantId, clientId, secret };
  }
  const secretPlace = values.GRAPH_CLIENT_SECRET_NAME === undefined ? 'GRAPH_CLIENT_SECRET' : 'KEY_VAULT_URL';
  const needed = { GRAPH_TENANT_ID: tenantId, GRAPH_CLIENT_ID: clientId, [secretPlace]: secret ?? undefined };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return { kind: 'missing', settings: missing };
}

function clientSecretOf(values: CredentialSettings): ClientSecret | null {
  const { GRAPH_CLIENT_SECRET: value, GRAPH_CLIENT_SECRET_NAME: name, KEY_VAULT_URL: vaultUrl } = values;
  if (value !== undefined) return { value };
  return name !== undefined && vaultUrl !== undefined ? { vaultUrl, name } : null;
}
