-- The mail store: accounts, mailboxes, emails. Everything a reader could learn from is sealed (design, invariant 9).
create schema mail;
grant usage on schema mail to hygie_app;

create table mail.account (
  tenant_id         uuid        not null,
  id                uuid        not null,
  type              text        not null check (type in ('PER', 'ORG', 'APP')),
  -- Address and display name, under the account's key: a patient's address contains the INS.
  sealed            bytea       not null,
  home              text        not null default 'here' check (home = 'here'),
  quota_bytes       bigint      not null check (quota_bytes >= 0),
  used_bytes        bigint      not null default 0 check (used_bytes >= 0),
  email_count       bigint      not null default 0 check (email_count >= 0),
  -- The one change counter of the account (invariant 13): IMAP MODSEQ and JMAP states both come from it.
  change            bigint      not null default 0,
  next_email_number bigint      not null default 1,
  -- Emails up to this change are in the search index.
  indexed_change    bigint      not null default 0,
  -- A job that will index what came since is on its way: the next delivery need not ask for another.
  is_indexing_asked boolean     not null default false,
  -- Changes at or below this one are forgotten: a client that asks for them starts anew.
  change_horizon    bigint      not null default 0,
  created_at        timestamptz not null,
  closed_at         timestamptz,
  primary key (tenant_id, id)
);

create table mail.mailbox (
  tenant_id      uuid        not null,
  account_id     uuid        not null,
  id             uuid        not null,
  parent_id      uuid,
  role           text        check (role in ('inbox', 'sent', 'drafts', 'trash', 'archive', 'junk')),
  -- A name may be a patient's: sealed, and unique among siblings by keyed hash.
  sealed_name    bytea       not null,
  name_hash      bytea       not null,
  sort_order     integer     not null default 10,
  is_subscribed  boolean     not null default true,
  uid_validity   bigint      not null,
  uid_next       bigint      not null default 1,
  total_emails   bigint      not null default 0 check (total_emails >= 0),
  unread_emails  bigint      not null default 0 check (unread_emails >= 0),
  created_change bigint      not null,
  changed_change bigint      not null,
  -- Highest change of an email in this mailbox (IMAP HIGHESTMODSEQ).
  content_change bigint      not null,
  primary key (tenant_id, account_id, id),
  unique nulls not distinct (tenant_id, account_id, parent_id, name_hash)
);
create unique index mailbox_role on mail.mailbox (tenant_id, account_id, role) where role is not null;

create table mail.email (
  tenant_id      uuid        not null,
  account_id     uuid        not null,
  id             uuid        not null,
  -- Grows by one in the account, never used again: the document number of the search index.
  number         bigint      not null,
  thread_id      uuid        not null,
  received_at    timestamptz not null,
  size_bytes     bigint      not null,
  -- The email's own key, wrapped by the account's key of that version; null once destroyed, and with it the email.
  key_version    integer     not null,
  wrapped_key    bytea,
  -- Envelope, structure, preview, attachments, header fields and the hash of the content.
  -- Sealed bytes do not compress: `external` spares PostgreSQL the try, which costs more than their writing.
  sealed_summary bytea       storage external,
  -- Content up to 64 KiB is here; larger content is in the blob store, its key sealed in the summary.
  sealed_content bytea       storage external,
  blob_id        uuid,
  has_attachment boolean     not null,
  is_seen        boolean     not null default false,
  is_flagged     boolean     not null default false,
  is_answered    boolean     not null default false,
  is_draft       boolean     not null default false,
  keywords       text[]      not null default '{}',
  created_change bigint      not null,
  changed_change bigint      not null,
  -- Deleted for good by its user, recoverable until the purge (undelete).
  deleted_at     timestamptz,
  -- Mailboxes it was in when it was deleted.
  deleted_from   uuid[],
  primary key (tenant_id, account_id, id),
  unique (tenant_id, account_id, number),
  check ((sealed_content is null) <> (blob_id is null) or wrapped_key is null)
);
create index email_by_change on mail.email (tenant_id, account_id, changed_change);
create index email_by_thread on mail.email (tenant_id, account_id, thread_id);
create index email_by_received on mail.email (tenant_id, account_id, received_at desc) where deleted_at is null;
create index email_deleted on mail.email (tenant_id, deleted_at) where deleted_at is not null;
create index email_by_blob on mail.email (blob_id) where blob_id is not null;

create table mail.mailbox_email (
  tenant_id    uuid   not null,
  account_id   uuid   not null,
  mailbox_id   uuid   not null,
  uid          bigint not null,
  email_id     uuid   not null,
  added_change bigint not null,
  primary key (tenant_id, account_id, mailbox_id, uid),
  unique (tenant_id, account_id, mailbox_id, email_id)
);
create index mailbox_email_by_email on mail.mailbox_email (tenant_id, account_id, email_id);

-- What is gone: IMAP VANISHED and JMAP destroyed are told from here, down to the account's horizon.
create table mail.tombstone (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  change     bigint      not null,
  kind       text        not null check (kind in ('email', 'mailbox', 'membership', 'thread')),
  object_id  uuid        not null,
  -- For a membership: the mailbox left and the UID held there; the nil UUID and 0 otherwise.
  mailbox_id uuid        not null,
  uid        bigint      not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, change, kind, object_id, mailbox_id)
);

-- Keyed hash of a Message-ID known to a thread of the account.
create table mail.thread_reference (
  tenant_id       uuid   not null,
  account_id      uuid   not null,
  message_id_hash bytea  not null,
  thread_id       uuid   not null,
  primary key (tenant_id, account_id, message_id_hash)
);

-- Who has opened an email of a shared account (invariant 13), also the one audit event per person, email and session.
create table mail.seen_by (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  email_id   uuid        not null,
  person_id  uuid        not null,
  session_id uuid        not null,
  at         timestamptz not null,
  primary key (tenant_id, account_id, email_id, person_id, session_id)
);

-- The search index: sealed segments under the account's key; nothing of a term shows (design §6).
create table mail.search_segment (
  tenant_id    uuid        not null,
  account_id   uuid        not null,
  id           uuid        not null,
  level        smallint    not null,
  first_number bigint      not null,
  last_number  bigint      not null,
  documents    integer     not null,
  key_version  integer     not null,
  sealed       bytea       storage external not null,
  created_at   timestamptz not null,
  primary key (tenant_id, account_id, id)
);

grant select, insert, update, delete on all tables in schema mail to hygie_app;
