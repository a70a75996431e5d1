-- What became of a sent message, beyond our queue: what came back of it, and what this program answers by itself.

-- The keyed hash of the Message-ID, bound to the account: what comes back names it.
alter table transfer.message add column message_id_hash bytea;
create index message_by_message_id on transfer.message (tenant_id, account_id, message_id_hash)
  where message_id_hash is not null;

-- Evidence, each at the instant it came. The state of the queue stays as it is: it says what our attempts came to.
alter table transfer.recipient
  add column delivered_at     timestamptz,
  -- The recipient's operator took it, and could not deliver it.
  add column returned_at      timestamptz,
  -- The recipient's operator has it, and is late.
  add column delayed_at       timestamptz,
  add column returned_status  text,
  add column returned_cause   text,
  -- The words of the operator that reports (they may repeat the address), under the tenant's queue key.
  add column sealed_returned  bytea,
  add column displayed_at     timestamptz,
  add column deleted_at       timestamptz,
  add column denied_at        timestamptz,
  add column auto_answered_at timestamptz,
  add column answered_at      timestamptz,
  -- The answer, in the account that sent the message.
  add column answer_email_id  uuid;

-- A receipt that an account sent for an email: never a second one.
create table transfer.receipt (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  email_id   uuid        not null,
  sent_at    timestamptz not null,
  primary key (tenant_id, account_id, email_id)
);

-- The answer of an account whose holder is away. Subject and texts are sealed under the account's key.
create table transfer.vacation (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  is_enabled boolean     not null,
  from_at    timestamptz,
  to_at      timestamptz,
  sealed     bytea       not null,
  -- Grows with each change: the state that JMAP tells.
  change     bigint      not null,
  primary key (tenant_id, account_id)
);

-- Whom an account has answered so, by the keyed hash of the address: once in a while each.
create table transfer.vacation_answer (
  tenant_id   uuid        not null,
  account_id  uuid        not null,
  sender_hash bytea       not null,
  answered_at timestamptz not null,
  primary key (tenant_id, account_id, sender_hash)
);
create index vacation_answer_by_time on transfer.vacation_answer (answered_at);

-- Emails that a person has told the administrator of.
create table transfer.unwanted_report (
  tenant_id   uuid        not null,
  account_id  uuid        not null,
  email_id    uuid        not null,
  person_id   uuid        not null,
  kind        text        not null check (kind in ('unwanted', 'phishing', 'misdirected')),
  reported_at timestamptz not null,
  primary key (tenant_id, account_id, email_id, person_id)
);

grant select, insert, update, delete on
  transfer.receipt, transfer.vacation, transfer.vacation_answer, transfer.unwanted_report to hygie_app;
