import type { Generated } from 'kysely';

/** Rows of schema `trust` (migrations/0004_trust.sql). */
export type TrustTables = {
  'trust.white_list': {
    edition: Generated<number>;
    generated_at: Date;
    fetched_at: Date;
    sha256: Buffer;
    signer_name: string;
    signer_not_after: Date;
    signer_key_sha256: Buffer;
    entry_count: number;
    domain_count: number;
    unreadable_entries: number;
    file: Buffer | null;
  };
  'trust.white_list_entry': {
    domain: string;
    dn_key: string;
    dn: string;
    description: string;
    contact: string;
    support: string;
    updated_at: Date | null;
  };
  'trust.crl': {
    issuer_key: string;
    issuer: string;
    this_update: Date;
    next_update: Date;
    fetched_at: Date;
    revoked: number;
    der: Buffer;
  };
  'trust.source': { source: string; etag: string | null; last_modified: string | null; confirmed_at: Date };
  'trust.alarm': {
    code: string;
    subject: string;
    level: 'warning' | 'alert';
    facts: AlarmFacts;
    raised_at: Date;
    seen_at: Date;
  };
  'trust.state': { only_row: Generated<boolean>; revision: number; edition: number | null };
};

/** Names of certificates, dates, numbers and codes: all of it is public. */
export type AlarmFacts = Readonly<Record<string, string | number>>;
