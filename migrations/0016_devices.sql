-- Devices that keep an encrypted copy for use without network (docs/decisions/0032). One that is taken back is deleted, and its half
-- of the key with it.
create table access.device (
  tenant_id       uuid        not null,
  id              uuid        not null,
  person_id       uuid        not null,
  -- Under the tenant's key: what its person calls it, and the half of the copy's key that an open session is given.
  sealed          bytea       not null,
  -- Of what the device shows to ask whether it is still declared.
  token_hash      bytea       not null,
  declared_at     timestamptz not null,
  last_contact_at timestamptz not null,
  primary key (tenant_id, id)
);
create index device_by_person on access.device (tenant_id, person_id);
grant select, insert, update, delete on access.device to hygie_app;
