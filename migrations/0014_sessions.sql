-- Sessions of browsers, what persons have chosen for themselves, what holds for a practice, templates of accounts.

-- One browser that signed in. Ended ones are deleted: what was done in them is in the audit, by the same identifier.
create table access.session (
  tenant_id      uuid        not null,
  id             uuid        not null,
  person_id      uuid        not null,
  opened_at      timestamptz not null,
  -- Written once a minute at most.
  last_used_at   timestamptz not null,
  -- However much it is used.
  expires_at     timestamptz not null,
  -- What the browser calls itself and where it was: its person looks there for a session that is not theirs.
  user_agent     text        not null,
  remote_address text        not null,
  primary key (tenant_id, id)
);
create index session_by_person on access.session (tenant_id, person_id);
create index session_by_expiry on access.session (expires_at);

create table access.session_lookup (
  token_hash bytea primary key,
  tenant_id  uuid  not null,
  session_id uuid  not null
);
create index session_lookup_by_session on access.session_lookup (tenant_id, session_id);

-- How a person uses the web application; one without a row has the defaults of `settings.ts`.
create table access.settings (
  tenant_id     uuid        not null,
  person_id     uuid        not null,
  theme         text        not null check (theme in ('system', 'light', 'dark')),
  density       text        not null check (density in ('comfortable', 'compact')),
  conversations boolean     not null,
  undo_seconds  smallint    not null check (undo_seconds in (0, 5, 10, 20, 30)),
  notifications boolean     not null,
  receipts      text        not null check (receipts in ('ask', 'never', 'always')),
  unified       boolean     not null,
  remote_images text        not null check (remote_images in ('never', 'ask')),
  changed_at    timestamptz not null,
  primary key (tenant_id, person_id)
);

-- Whether devices of this practice may keep an encrypted copy for use without network.
alter table access.tenant add column is_offline_allowed boolean not null default true;

-- Texts to begin a message with: name, subject and bodies under the account's key.
create table mail.template (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  id         uuid        not null,
  sealed     bytea       not null,
  changed_at timestamptz not null,
  primary key (tenant_id, account_id, id)
);

-- The deleted emails of one account, the newest first.
create index email_deleted_by_account on mail.email (tenant_id, account_id, deleted_at, id) where deleted_at is not null;

grant select, insert, update, delete on access.session, access.session_lookup, access.settings to hygie_app;
grant select, insert, update, delete on mail.template to hygie_app;
