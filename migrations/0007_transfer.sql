-- Transfer: what peers handed over, and the outgoing queue.
create schema transfer;
grant usage on schema transfer to hygie_app;

-- A transaction that a peer repeats because it missed our 250 is stored once: same peer, envelope and content within 24 h.
create table transfer.accepted_transaction (
  transaction_hash bytea       primary key,
  accepted_at      timestamptz not null
);
create index accepted_transaction_by_time on transfer.accepted_transaction (accepted_at);

-- A message on its way out. Its content is sealed under its own key, wrapped by the tenant's queue key; the row goes with
-- its content once every recipient is final, the recipients stay as the delivery history.
create table transfer.message (
  tenant_id      uuid        not null,
  id             uuid        not null,
  -- The account and email it was sent from; none for reports that the operator itself sends.
  account_id     uuid,
  email_id       uuid,
  key_version    integer     not null,
  wrapped_key    bytea,
  -- Envelope sender, DSN parameters (RET, ENVID), BODY, SMTPUTF8, blob key.
  sealed_envelope bytea,
  sealed_content bytea,
  blob_id        uuid,
  size_bytes     bigint      not null,
  queued_at      timestamptz not null,
  expires_at     timestamptz not null,
  finished_at    timestamptz,
  primary key (tenant_id, id)
);
create index message_by_email on transfer.message (tenant_id, account_id, email_id);
create index message_by_blob on transfer.message (blob_id) where blob_id is not null;

create table transfer.recipient (
  tenant_id      uuid        not null,
  message_id     uuid        not null,
  number         integer     not null,
  -- The domain is no trait; the address is sealed (it may be a patient's) and found by keyed hash.
  domain         text        not null,
  sealed         bytea       not null,
  address_hash   bytea       not null,
  state          text        not null check (state in ('queued', 'sending', 'deferred', 'accepted', 'failed', 'expired', 'dropped')),
  attempts       integer     not null default 0,
  next_attempt_at timestamptz,
  -- While 'sending': which worker holds it and until when; a dead worker's lease runs out.
  lease_id       uuid,
  lease_until    timestamptz,
  -- The last answer: codes in clear, the peer's own text sealed (it may repeat the address).
  last_code      integer,
  last_status    text,
  last_cause     text,
  sealed_answer  bytea,
  peer_host      text,
  delay_reported boolean     not null default false,
  changed_at     timestamptz not null,
  primary key (tenant_id, message_id, number)
);
create index recipient_due on transfer.recipient (domain, next_attempt_at) where state in ('queued', 'deferred', 'sending');

-- Connections open towards a domain, over all processes (design §1: slots live in PostgreSQL).
create table transfer.domain_slot (
  domain      text        not null,
  slot        integer     not null,
  lease_id    uuid        not null,
  lease_until timestamptz not null,
  primary key (domain, slot)
);

grant select, insert, update, delete on all tables in schema transfer to hygie_app;
