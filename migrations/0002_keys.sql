-- Data keys: one random key per owner and version, wrapped by a key-encryption key that lives outside the database.
-- Destroying a wrapped key destroys what it sealed (design, invariant 9); the row stays as the proof of it.
create schema keys;
grant usage on schema keys to hygie_app;

create table keys.data_key (
  -- All zeros for the operator's own keys.
  tenant_id    uuid        not null,
  purpose      text        not null check (purpose in ('account', 'tenant', 'lookup', 'queue', 'audit')),
  owner_id     uuid        not null,
  version      integer     not null check (version > 0),
  wrapped      bytea,
  -- Public identifier of the key-encryption key that wraps it.
  kek_id       text        not null,
  -- Must be the instant of the transaction: a key is kept in memory only once it is seen from a later one.
  created_at   timestamptz not null default now(),
  destroyed_at timestamptz,
  primary key (tenant_id, purpose, owner_id, version),
  check ((wrapped is null) = (destroyed_at is not null))
)
-- A destroyed key must not linger in dead rows: vacuum after the first few changes, whatever the size of the table.
with (autovacuum_vacuum_threshold = 20, autovacuum_vacuum_scale_factor = 0);

-- What a rotation of the key-encryption key still has to rewrap.
create index data_key_kek on keys.data_key (kek_id) where wrapped is not null;

grant select, insert on keys.data_key to hygie_app;
grant update (wrapped, kek_id, destroyed_at) on keys.data_key to hygie_app;
