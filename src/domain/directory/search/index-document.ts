/** What the index of the search is made of: one document for each practitioner, and one for each shared mailbox without a person. */
import type { Coded, ListedMailboxType } from '../directory.ts';

export interface IndexedPlace {
  readonly organization: string | null;
  readonly sign: string | null;
  readonly service: string | null;
  readonly postcode: string | null;
  readonly town: string | null;
  readonly department: string | null;
  readonly finess: string | null;
}

export interface IndexDocument {
  readonly kind: 'practitioner' | 'mailbox';
  /** `directory.practitioner.number` or `directory.mailbox.number`. */
  readonly number: number;
  readonly idnps: string | null;
  readonly family: string | null;
  readonly given: string | null;
  readonly professions: readonly Coded[];
  readonly specialities: readonly Coded[];
  /** The places of the activities and of the addresses. */
  readonly places: readonly IndexedPlace[];
  /** The addresses that may be shown: none means that the person cannot be written to. */
  readonly addresses: readonly { readonly address: string; readonly type: ListedMailboxType }[];
}
