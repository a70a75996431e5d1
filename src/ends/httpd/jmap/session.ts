/** The session (RFC 8620 §2): what is offered, to which accounts, and where. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { mailLimits } from '../../../base/domain-limits.ts';
import { jmapLimits } from '../../../base/end-limits.ts';
import { smtpLimits } from '../../../base/limits.ts';
import type { HeldRights, PersonRef, Right } from '../../../domain/access/access.ts';
import { parseBasicCredentials } from '../../../formats/http/basic-credentials.ts';
import { type App, type JmapParts, schema } from './end.ts';
import type { JsonObject } from './method.ts';

export const coreCapability = 'urn:ietf:params:jmap:core';
export const quotaCapability = 'urn:ietf:params:jmap:quota';
const vapidCapability = 'urn:ietf:params:jmap:webpush-vapid';
export const blobCapability = 'urn:ietf:params:jmap:blob';

/** What an account says of a capability; it depends on the rights that the person has there. */
export type AccountCapability = (rights: ReadonlySet<Right>) => JsonObject;

/** Of every capability that is offered, beside the core. */
export type Capabilities = ReadonlyMap<string, AccountCapability>;

export function canDo(rights: ReadonlySet<Right>, right: Right): boolean {
  return rights.has('own') || rights.has(right);
}

export const mailAccountCapability =
  (sortOptions: readonly string[]): AccountCapability =>
  (rights) => ({
    maxMailboxesPerEmail: mailLimits.mailboxesPerEmail,
    maxMailboxDepth: mailLimits.mailboxDepth,
    maxSizeMailboxName: mailLimits.mailboxNameBytes,
    maxSizeAttachmentsPerEmail: mailLimits.attachmentsBytes,
    emailQuerySortOptions: [...sortOptions],
    mayCreateTopLevelMailbox: canDo(rights, 'write'),
  });

/** Types that may name blobs, for `Blob/lookup`. */
export const lookupTypes: readonly string[] = ['Mailbox', 'Thread', 'Email'];

/** RFC 9404 §3.1. */
export const blobAccountCapability: AccountCapability = () => ({
  maxSizeBlobSet: jmapLimits.blobSetBytes,
  maxDataSources: jmapLimits.dataSources,
  supportedTypeNames: [...lookupTypes],
  supportedDigestAlgorithms: ['sha', 'sha-256', 'sha-512'],
});

/** The accounts that the person may read, in their order. */
export async function readableAccounts(
  { product }: Pick<JmapParts, 'product'>,
  person: PersonRef,
): Promise<readonly HeldRights[]> {
  const held = await product.access.accountsOf(product.database.db, person, product.clock.now());
  return held.filter(({ rights }) => canDo(rights, 'read'));
}

/** Another whenever the session would be; neither names nor limits change while the program runs. */
export function sessionState(accounts: readonly HeldRights[], capabilities: Capabilities): string {
  const facts = accounts.map(({ account, rights }) => [account.accountId, [...rights].sort()]);
  const hash = createHash('sha256').update(JSON.stringify([facts, [...capabilities.keys()]]));
  return hash.digest('base64url').slice(0, 22);
}

const printableHost = /^[a-z0-9.:[\]-]{1,262}$/i;

/**
 * The address that the URLs of the session begin with. The sandbox listens in plain beside TLS, on ports of its own: there
 * they follow the request. Elsewhere a forged `Host` changes nothing.
 */
function baseOf({ product }: Pick<JmapParts, 'product'>, request: FastifyRequest): string {
  const { sandbox, http } = product.config;
  const { host } = request;
  if (sandbox && printableHost.test(host)) return `${request.protocol}://${host}`;
  return http.publicUrl.replace(/\/$/, '');
}

async function accountsOf(
  { product }: Pick<JmapParts, 'product'>,
  held: readonly HeldRights[],
  capabilities: Capabilities,
): Promise<JsonObject> {
  const accounts: Record<string, JsonObject> = {};
  for (const { account, rights } of held) {
    const found = await product.mail.getAccount(product.database.db, account);
    if (found === undefined) continue;
    const offered = [...capabilities].map(([name, of]): [string, JsonObject] => [name, of(rights)]);
    accounts[account.accountId] = {
      name: found.address,
      isPersonal: rights.has('own'),
      isReadOnly: !canDo(rights, 'write'),
      accountCapabilities: Object.fromEntries([[coreCapability, {}], ...offered]),
    };
  }
  return accounts;
}

function coreFacts(): JsonObject {
  return {
    maxSizeUpload: smtpLimits.messageBytes,
    maxConcurrentUpload: jmapLimits.concurrentUploads,
    maxSizeRequest: jmapLimits.requestBytes,
    maxConcurrentRequests: jmapLimits.concurrentRequests,
    maxCallsInRequest: jmapLimits.callsInRequest,
    maxObjectsInGet: jmapLimits.objectsInGet,
    maxObjectsInSet: jmapLimits.objectsInSet,
    collationAlgorithms: [],
  };
}

/** RFC 9749 §3: of nobody's account, and only where something can be pushed. */
export function vapidFacts({ product }: Pick<JmapParts, 'product'>): JsonObject {
  const { push } = product;
  return push === undefined ? {} : { [vapidCapability]: { applicationServerKey: push.webPush.publicKey } };
}

export function registerSession(app: App, parts: JmapParts, capabilities: Capabilities): void {
  const { signIn } = parts;
  // RFC 8620 §2.2
  app.get('/.well-known/jmap', { schema, onRequest: signIn.require('jmap') }, async (request) => {
    const held = await readableAccounts(parts, signIn.personOf(request));
    const accounts = await accountsOf(parts, held, capabilities);
    const own = held.find(({ account, rights }) => rights.has('own') && account.accountId in accounts);
    const names = [coreCapability, ...capabilities.keys()];
    const primary = own === undefined ? [] : names.map((name) => [name, own.account.accountId]);
    const base = baseOf(parts, request);
    return {
      capabilities: {
        ...Object.fromEntries(names.map((name) => [name, {}])),
        [coreCapability]: coreFacts(),
        ...vapidFacts(parts),
      },
      accounts,
      primaryAccounts: Object.fromEntries(primary),
      username: parseBasicCredentials(request.headers.authorization)?.login ?? '',
      apiUrl: `${base}/jmap/api`,
      downloadUrl: `${base}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
      uploadUrl: `${base}/jmap/upload/{accountId}`,
      eventSourceUrl: `${base}/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}`,
      state: sessionState(held, capabilities),
    };
  });
}
