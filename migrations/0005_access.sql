-- Tenants, persons, memberships, credentials and delegations.
create schema access;
grant usage on schema access to hygie_app;

create table access.tenant (
  tenant_id  uuid        primary key,
  kind       text        not null check (kind in ('operator', 'practice', 'establishment', 'sole-holder')),
  name       text        not null,
  created_at timestamptz not null
);

-- A person lives in the tenant that made them known; other tenants know them through a membership.
create table access.person (
  tenant_id   uuid        not null,
  id          uuid        not null,
  -- Name, RPPS and role label, under the tenant's key.
  sealed      bytea       not null,
  created_at  timestamptz not null,
  disabled_at timestamptz,
  primary key (tenant_id, id)
);

create table access.membership (
  tenant_id      uuid        not null,
  person_id      uuid        not null,
  home_tenant_id uuid        not null,
  role           text        not null check (role in ('holder', 'associate', 'replacement', 'assistant', 'it-administrator', 'data-protection', 'auditor', 'citizen')),
  starts_at      timestamptz not null,
  ends_at        timestamptz,
  primary key (tenant_id, person_id, role, starts_at)
);

-- Who may do what on an account; the holder of a PER account stands here with the right 'own'.
create table access.delegation (
  tenant_id  uuid        not null,
  account_id uuid        not null,
  person_id  uuid        not null,
  rights     text[]      not null check (rights <@ array['own', 'read', 'write', 'send', 'manage'] and cardinality(rights) > 0),
  starts_at  timestamptz not null,
  ends_at    timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, account_id, person_id, starts_at)
);
create index delegation_by_person on access.delegation (tenant_id, person_id);

create table access.password (
  tenant_id  uuid        not null,
  person_id  uuid        not null,
  -- PHC string of argon2id.
  hash       text        not null,
  changed_at timestamptz not null,
  primary key (tenant_id, person_id)
);

create table access.app_password (
  tenant_id    uuid        not null,
  id           uuid        not null,
  person_id    uuid        not null,
  label        text        not null,
  scopes       text[]      not null check (scopes <@ array['submission', 'imap', 'jmap', 'api']),
  created_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  primary key (tenant_id, id)
);

-- Lookups: what must be unique across tenants, keyed by its keyed hash (design §1).
create table access.login_lookup (
  login_hash bytea primary key,
  tenant_id  uuid  not null,
  person_id  uuid  not null
);

create table access.app_password_lookup (
  token_hash      bytea primary key,
  tenant_id       uuid  not null,
  app_password_id uuid  not null
);

-- An address is never given again, even after its account is closed (docs/trust-space.md): rows stay.
create table access.address_lookup (
  address_hash bytea primary key,
  tenant_id    uuid  not null,
  account_id   uuid  not null
);

grant select, insert, update, delete on all tables in schema access to hygie_app;
