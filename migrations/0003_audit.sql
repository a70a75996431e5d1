-- The legal trace (design, invariant 3). The running role may only INSERT and SELECT: nothing is ever changed or removed.
create schema audit;
grant usage on schema audit to hygie_app;

create table audit.event (
  tenant_id      uuid        not null,
  id             uuid        not null,
  -- When the act happened, by the clock of the program; and when the row was written, by the clock of the database.
  occurred_at    timestamptz not null,
  recorded_at    timestamptz not null default clock_timestamp(),
  -- Orders committed events for the sealer: everything below the oldest running transaction is complete.
  transaction_id xid8        not null default pg_current_xact_id(),
  kind           text        not null check (kind ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
  actor_kind     text        not null check (actor_kind in ('person', 'operator', 'system', 'administrator')),
  -- A person's id, a peer's certificate name, a task's name, an operating-system login.
  actor          text        not null,
  session_id     uuid,
  -- The account concerned, or on whose behalf the actor acts.
  account_id     uuid,
  object_kind    text,
  object_id      uuid,
  outcome        text        not null check (outcome in ('done', 'refused', 'failed')),
  -- A code of the act's purpose, never free text.
  reason         text        not null check (reason ~ '^[a-z]+(-[a-z]+)*$'),
  -- Numbers, identifiers and codes only.
  facts          jsonb       not null default '{}',
  -- Identifying facts, sealed under the tenant's audit key so that they can be destroyed later.
  sealed         bytea,
  primary key (tenant_id, id)
);

create index event_by_account on audit.event (tenant_id, account_id, occurred_at);
create index event_by_object on audit.event (tenant_id, object_id) where object_id is not null;

grant insert, select on audit.event to hygie_app;
