-- Web Push (RFC 8030, RFC 8620 §7.2), and what pages of lists need to stay quick in large accounts.

-- Where a browser of a person is told that something changed, never what.
create table access.push_subscription (
  tenant_id   uuid        not null,
  id          uuid        not null,
  person_id   uuid        not null,
  -- Under the tenant's key: the device, the address of its push service, its keys, the code that proves them.
  key_version integer     not null,
  sealed      bytea       not null,
  -- Types of which changes are told; null for all.
  types       text[],
  -- The client has shown the code that was pushed to it: before, nothing else is.
  verified_at timestamptz,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  -- States told last, by account and type: identifiers and numbers.
  told        jsonb       not null default '{}',
  -- Since the last push that its service took.
  failures    integer     not null default 0,
  retry_at    timestamptz,
  primary key (tenant_id, id)
);
create index push_subscription_by_person on access.push_subscription (tenant_id, person_id);
create index push_subscription_by_expiry on access.push_subscription (expires_at);
grant select, insert, update, delete on access.push_subscription to hygie_app;

-- The key by which push services know this operator (RFC 8292): one row.
create table access.push_identity (
  id             boolean     primary key default true check (id),
  -- The point on P-256, uncompressed: public.
  public_key     bytea       not null,
  key_version    integer     not null,
  sealed_private bytea       not null,
  created_at     timestamptz not null
);
grant select, insert on access.push_identity to hygie_app;

-- A membership says when its email came and of which thread it is: neither ever changes. A page of a mailbox, also by
-- thread, then looks at no email.
alter table mail.mailbox_email add column received_at timestamptz, add column thread_id uuid;
update mail.mailbox_email m set received_at = e.received_at, thread_id = e.thread_id
  from mail.email e where e.tenant_id = m.tenant_id and e.account_id = m.account_id and e.id = m.email_id;
alter table mail.mailbox_email alter column received_at set not null, alter column thread_id set not null;
create index mailbox_email_by_received
  on mail.mailbox_email (tenant_id, account_id, mailbox_id, received_at desc, email_id desc) include (thread_id);
-- One index keeps an email from being twice in a mailbox, and finds its mailboxes.
alter table mail.mailbox_email drop constraint mailbox_email_tenant_id_account_id_mailbox_id_email_id_key;
drop index mail.mailbox_email_by_email;
alter table mail.mailbox_email
  add constraint mailbox_email_by_email unique (tenant_id, account_id, email_id, mailbox_id);

drop index mail.email_by_received;
create index email_by_received on mail.email (tenant_id, account_id, received_at desc, id desc) include (thread_id)
  where deleted_at is null;
-- What lists are narrowed to most, and is rare in a large account.
create index email_unread on mail.email (tenant_id, account_id, received_at desc, id desc)
  where deleted_at is null and not is_seen;
create index email_flagged on mail.email (tenant_id, account_id, received_at desc, id desc)
  where deleted_at is null and is_flagged;

-- An account implies its tenant, a mailbox its account. Without this the planner multiplies their shares, takes every account for
-- nearly empty, and reads all of it where an index would find the one row.
create statistics mail.email_owner (dependencies, ndistinct) on tenant_id, account_id from mail.email;
create statistics mail.mailbox_email_owner (dependencies, ndistinct) on tenant_id, account_id, mailbox_id from mail.mailbox_email;
create statistics mail.thread_reference_owner (dependencies, ndistinct) on tenant_id, account_id from mail.thread_reference;
create statistics mail.tombstone_owner (dependencies, ndistinct) on tenant_id, account_id from mail.tombstone;

-- One page is never worth two processes: started for each, they cost more than they read.
alter table mail.email set (parallel_workers = 0);
alter table mail.mailbox_email set (parallel_workers = 0);
