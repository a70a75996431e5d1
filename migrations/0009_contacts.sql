-- What accounts and practices keep about those they write to. Addresses, names, telephones and notes are sealed under the key of their
-- owner: an address may be a patient's, and whom a doctor writes to tells whom they treat patients with.
create schema contacts;
grant usage on schema contacts to hygie_app;

-- An account, or the tenant for its address book (`owner_id` is then the tenant's). Its row is locked before any other of the owner's.
create table contacts.owner (
  tenant_id uuid   not null,
  owner_id  uuid   not null,
  -- Grows with each change: what a process holds opened is current while this has not moved.
  change    bigint not null,
  primary key (tenant_id, owner_id)
);

-- Every address that an owner keeps, whatever for.
create table contacts.address (
  tenant_id    uuid             not null,
  owner_id     uuid             not null,
  address_hash bytea            not null,
  -- Address and name.
  sealed       bytea            not null,
  -- Binary logarithm of the messages written there, each doubled for every half-life since 1970; null when there were none.
  heat         double precision,
  written_at   timestamptz,
  is_patient   boolean          not null default false,
  preferred_at timestamptz,
  favourite_at timestamptz,
  -- When it was last seen in the directory, which it left since.
  left_at      timestamptz,
  primary key (tenant_id, owner_id, address_hash)
);
create index address_by_hash on contacts.address (address_hash);
create index address_by_heat on contacts.address (tenant_id, owner_id, heat desc)
  where heat is not null and not is_patient and left_at is null;
create index address_favourite on contacts.address (tenant_id, owner_id) where favourite_at is not null;
-- Those that nothing but the memory of what was written may still need, the oldest first.
create index address_forgettable on contacts.address (written_at nulls first) where favourite_at is null and preferred_at is null;

create table contacts.recipient_group (
  tenant_id   uuid        not null,
  account_id  uuid        not null,
  id          uuid        not null,
  sealed_name bytea       not null,
  created_at  timestamptz not null,
  -- Removed by its user, recoverable until the purge.
  removed_at  timestamptz,
  primary key (tenant_id, account_id, id)
);
create index recipient_group_removed on contacts.recipient_group (removed_at) where removed_at is not null;

create table contacts.group_member (
  tenant_id    uuid  not null,
  account_id   uuid  not null,
  group_id     uuid  not null,
  address_hash bytea not null,
  primary key (tenant_id, account_id, group_id, address_hash),
  foreign key (tenant_id, account_id, group_id) references contacts.recipient_group on delete cascade,
  foreign key (tenant_id, account_id, address_hash) references contacts.address
);
create index group_member_by_address on contacts.group_member (tenant_id, account_id, address_hash);

create table contacts.book_entry (
  tenant_id    uuid        not null,
  id           uuid        not null,
  -- Always the tenant's: the address book is kept among its addresses.
  owner_id     uuid        not null generated always as (tenant_id) stored,
  address_hash bytea,
  -- Name, address and telephone; the note stands apart, for reading it leaves an event.
  sealed       bytea       not null,
  sealed_note  bytea,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,
  removed_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, owner_id, address_hash) references contacts.address
);
create index book_entry_by_address on contacts.book_entry (tenant_id, owner_id, address_hash) where address_hash is not null;
create index book_entry_removed on contacts.book_entry (removed_at) where removed_at is not null;

-- How far each edition of the directory was compared with the stored addresses.
create table contacts.recheck (
  edition_id  bigint      primary key,
  -- The last change of the edition that was looked at: an address of the public directory, whoever keeps it; empty once all were.
  last_key    text        not null,
  finished_at timestamptz
);

grant select, insert, update, delete on all tables in schema contacts to hygie_app;
