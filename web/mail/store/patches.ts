/** What a deed changes of an email, and how it reads to JMAP (RFC 8620 §5.3). */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import type { EmailCore } from './types.ts';

export interface Patch {
  /** true: set, false: taken away. */
  readonly keywords?: Readonly<Record<string, boolean>>;
  /** All the mailboxes that it is in from now on. */
  readonly mailboxIds?: Readonly<Record<JmapId, true>>;
  /** It is gone. */
  readonly isDestroyed?: true;
}

type Changeable = Pick<EmailCore, 'keywords' | 'mailboxIds'>;

/** Undefined: it is gone. */
export function patched<Email extends Changeable>(email: Email, patch: Patch): Email | undefined {
  if (patch.isDestroyed) return undefined;
  if (patch.keywords === undefined) return { ...email, mailboxIds: patch.mailboxIds ?? email.mailboxIds };
  const keywords = new Set(Object.keys(email.keywords));
  for (const [keyword, isSet] of Object.entries(patch.keywords)) {
    if (isSet) keywords.add(keyword);
    else keywords.delete(keyword);
  }
  return {
    ...email,
    keywords: Object.fromEntries([...keywords].map((keyword) => [keyword, true as const])),
    mailboxIds: patch.mailboxIds ?? email.mailboxIds,
  };
}

/** What takes `patch` back from an email that was `before` it; undefined: nothing can by `Email/set`. */
export function inverse(before: Changeable, patch: Patch): Patch | undefined {
  if (patch.isDestroyed) return undefined;
  return {
    ...(patch.keywords === undefined
      ? {}
      : {
          keywords: Object.fromEntries(
            Object.keys(patch.keywords).map((keyword) => [keyword, before.keywords[keyword] === true]),
          ),
        }),
    ...(patch.mailboxIds === undefined ? {} : { mailboxIds: before.mailboxIds }),
  };
}

/** RFC 8620 §5.3: a PatchObject. Keywords are patched one by one: another client may change another meanwhile. */
export function patchObject({ keywords = {}, mailboxIds }: Patch): Readonly<Record<string, unknown>> {
  const changes = Object.entries(keywords).map(([keyword, isSet]) => [
    `keywords/${keyword.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    isSet ? true : null,
  ]);
  return { ...Object.fromEntries(changes), ...(mailboxIds === undefined ? {} : { mailboxIds }) };
}
