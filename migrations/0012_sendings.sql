-- Sendings (EmailSubmission of RFC 8621): an email of an account that leaves, at once or later. And identities.

-- What an account asked to be sent. Envelope and its parameters are sealed under the tenant's queue key: addresses may be
-- patients'.
create table transfer.sending (
  tenant_id        uuid        not null,
  account_id       uuid        not null,
  id               uuid        not null,
  email_id         uuid        not null,
  thread_id        uuid        not null,
  identity_id      uuid        not null,
  -- Who asked; none for the operator's console and the program's own tasks. Rights are looked at again when it leaves.
  person_id        uuid,
  undo_status      text        not null check (undo_status in ('pending', 'final', 'canceled')),
  send_at          timestamptz not null,
  -- The message in the queue that it became.
  message_id       uuid,
  key_version      integer     not null,
  -- Null once its account forgot it.
  sealed_envelope  bytea,
  -- The keyed hash of what makes a retry known, for a time.
  idempotency_hash bytea,
  created_at       timestamptz not null,
  created_change   bigint      not null,
  changed_change   bigint      not null,
  -- Destroyed by its account: the row tells followers so, and keeps a retry from sending again.
  is_destroyed     boolean     not null default false,
  -- Since when its release fails by our own fault: it is given up in time.
  failing_since    timestamptz,
  primary key (tenant_id, account_id, id),
  unique (tenant_id, account_id, idempotency_hash),
  check (undo_status <> 'pending' or not is_destroyed),
  check (undo_status = 'final' or message_id is null)
);
create index sending_by_change on transfer.sending (tenant_id, account_id, changed_change);
create index sending_due on transfer.sending (send_at) where undo_status = 'pending';
create index sending_held on transfer.sending (tenant_id, account_id, email_id) where undo_status = 'pending';
create index sending_by_message on transfer.sending (tenant_id, message_id) where message_id is not null;

grant select, insert, update, delete on transfer.sending to hygie_app;

-- As what an account writes. The first one has the account's own id, and a row once it was changed.
create table mail.identity (
  tenant_id      uuid   not null,
  account_id     uuid   not null,
  id             uuid   not null,
  -- Name, address, answers to, hidden copies, signatures: under the account's key.
  sealed         bytea  not null,
  created_change bigint not null,
  changed_change bigint not null,
  primary key (tenant_id, account_id, id)
);
create index identity_by_change on mail.identity (tenant_id, account_id, changed_change);
alter table mail.tombstone drop constraint tombstone_kind_check;
alter table mail.tombstone add constraint tombstone_kind_check
  check (kind in ('email', 'mailbox', 'membership', 'thread', 'identity'));

grant select, insert, update, delete on mail.identity to hygie_app;
