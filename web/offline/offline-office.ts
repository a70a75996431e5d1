/** The office as the copy has it: what screens of reading and writing stand on, without a server. */
import { Unreachable } from '../api/client.ts';
import type { Office } from '../app/session.ts';
import type { Answers, Invocation, JmapClient } from '../jmap/client.ts';
import type { DeviceCopy, KeptEmail, KeptFrame } from './copy.ts';

function away(): never {
  throw new Unreachable('without network');
}

/** Answers `Email/get` of one kept email, and nothing else. */
function answer(emails: readonly KeptEmail[], calls: readonly Invocation[]): Answers {
  const [[name, given, callId] = ['', {}, ''], ...others] = calls;
  const { accountId, ids } = given;
  if (name !== 'Email/get' || others.length > 0 || !Array.isArray(ids)) away();
  const list = emails
    .filter((kept) => kept.accountId === accountId && ids.includes(kept.email.id))
    .map(({ email }) => email);
  return {
    sessionState: '',
    of<Answer>(asked: string): Answer {
      if (asked !== callId) away();
      return { list } as Answer; // RFC 8621 §4.2
    },
  };
}

export interface OfflineParts {
  readonly copy: Pick<DeviceCopy, 'file'>;
  readonly frame: KeptFrame;
  readonly emails: () => readonly KeptEmail[];
  /** Addresses of files that were opened from the copy, by blob. */
  readonly urls: ReadonlyMap<string, string>;
}

function offlineJmap({ copy, emails, urls }: Omit<OfflineParts, 'frame'>): JmapClient {
  return {
    session: {
      ...{ capabilities: {}, accounts: {}, primaryAccounts: {}, username: '', state: '' },
      ...{ apiUrl: '', downloadUrl: '', uploadUrl: '', eventSourceUrl: '' },
    },
    call: async (calls) => answer(emails(), calls),
    upload: async () => away(),
    blobUrl: ({ blobId }) => urls.get(blobId) ?? '',
    openBlob: async ({ accountId, blobId }) => (await copy.file({ accountId, blobId })) ?? away(),
    follow: () => () => undefined,
  };
}

export function offlineOffice(parts: OfflineParts): Office {
  const { session, accounts } = parts.frame;
  return {
    api: {
      request: async () => away(),
      fetch: async () => away(),
      setCsrfToken: () => undefined,
      csrfToken: () => undefined,
    },
    jmap: offlineJmap(parts),
    session: { ...session, csrfToken: '', expiresAt: '', pushKey: null },
    accounts,
    signOut: async () => undefined,
  };
}
