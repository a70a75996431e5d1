-- Transfer: what peers handed over, and the outgoing queue.
create schema transfer;
grant usage on schema transfer to hygie_app;

-- A transaction that a peer or a person repeats because it missed our 250 is stored once: same peer or account, envelope
-- and content within 24 h. Undistributed: found by keyed hash alone.
create table transfer.accepted_transaction (
  transaction_hash bytea       primary key,
  accepted_at      timestamptz not null,
  -- What a repeated submission is told again: the copy in Sent.
  email_id         uuid
);
create index accepted_transaction_by_time on transfer.accepted_transaction (accepted_at);

-- A message that an account, or the operator itself, sent. Envelope and content are sealed under the message's own key,
-- wrapped by the tenant's queue key: both go once every recipient is final. The row and its recipients stay as the
-- delivery history.
create table transfer.message (
  tenant_id      uuid        not null,
  id             uuid        not null,
  -- The account it was sent from and the copy in Sent; none for reports that the operator itself sends.
  account_id     uuid,
  email_id       uuid,
  -- The version of the tenant's queue key that wraps the message's key and seals its recipients.
  key_version    integer     not null,
  wrapped_key    bytea,
  -- Envelope sender, DSN parameters (RET, ENVID), BODY, SMTPUTF8, the key of the blob.
  sealed_envelope bytea,
  sealed_content bytea       storage external,
  blob_id        uuid,
  queued_at      timestamptz not null,
  expires_at     timestamptz not null,
  finished_at    timestamptz,
  primary key (tenant_id, id),
  check ((finished_at is null) = (wrapped_key is not null)),
  check (finished_at is null or (sealed_envelope is null and sealed_content is null and blob_id is null))
);
create index message_by_email on transfer.message (tenant_id, account_id, email_id);
create index message_by_blob on transfer.message (blob_id) where blob_id is not null;

create table transfer.recipient (
  tenant_id      uuid        not null,
  message_id     uuid        not null,
  number         integer     not null,
  -- The domain is no trait, and is empty for an account of ours; the address (it may be a patient's), NOTIFY and ORCPT are
  -- sealed under the tenant's queue key.
  domain         text        not null,
  sealed         bytea       not null,
  state          text        not null check (state in ('queued', 'sending', 'deferred', 'accepted', 'failed', 'expired', 'dropped')),
  attempts       integer     not null default 0,
  -- When it is due: for the next attempt, or, while 'sending', when the lease of its worker runs out. Null once final.
  next_attempt_at timestamptz,
  -- While 'sending': which worker holds it.
  lease_id       uuid,
  -- The last answer: codes in clear, the peer's own text sealed (it may repeat the address).
  last_code      integer,
  last_status    text,
  last_cause     text,
  sealed_answer  bytea,
  peer_host      text,
  delay_reported boolean     not null default false,
  changed_at     timestamptz not null,
  primary key (tenant_id, message_id, number),
  check ((next_attempt_at is null) = (state not in ('queued', 'sending', 'deferred'))),
  check ((lease_id is not null) = (state = 'sending'))
);
create index recipient_due on transfer.recipient (domain, next_attempt_at) where next_attempt_at is not null;

-- Connections open towards a domain, over all processes (design §1: slots live in PostgreSQL).
create table transfer.domain_slot (
  domain      text        not null,
  slot        integer     not null,
  lease_id    uuid        not null,
  lease_until timestamptz not null,
  primary key (domain, slot)
);

grant select, insert, update, delete on all tables in schema transfer to hygie_app;
