-- The trust space: the white list in force, revocation lists, and what an administrator must look at.
-- Undistributed: one operator has one of each, whatever its tenants.
create schema trust;
grant usage on schema trust to hygie_app;

-- Every edition ever in force; the file of the last one alone is kept.
create table trust.white_list (
  edition            bigint      generated always as identity primary key,
  generated_at       timestamptz not null,
  fetched_at         timestamptz not null,
  -- SHA-256 of the file.
  sha256             bytea       not null check (octet_length(sha256) = 32),
  signer_name        text        not null,
  signer_not_after   timestamptz not null,
  -- SHA-256 of the signer's public key: it tells a rotation.
  signer_key_sha256  bytea       not null check (octet_length(signer_key_sha256) = 32),
  entry_count        integer     not null,
  domain_count       integer     not null,
  unreadable_entries integer     not null,
  file               bytea
);

-- Entries of the edition in force alone.
create table trust.white_list_entry (
  -- Lower case, in ASCII.
  domain      text        not null,
  -- The operator's distinguished name, in canonical form and as written.
  dn_key      text        not null,
  dn          text        not null,
  description text        not null,
  contact     text        not null,
  support     text        not null,
  updated_at  timestamptz,
  primary key (domain, dn_key)
);
create index white_list_entry_by_operator on trust.white_list_entry (dn_key);

-- The last valid revocation list of each authority.
create table trust.crl (
  -- The authority's distinguished name, in canonical form.
  issuer_key  text        primary key,
  issuer      text        not null,
  this_update timestamptz not null,
  next_update timestamptz not null,
  fetched_at  timestamptz not null,
  revoked     integer     not null,
  der         bytea       not null
);

-- What each source said last, so that it may answer "not modified".
create table trust.source (
  -- An address, or a path.
  source        text        primary key,
  etag          text,
  last_modified text,
  -- When it last gave something valid, or said that ours is current.
  confirmed_at  timestamptz not null
);

-- Open alarms; one that is over is deleted.
create table trust.alarm (
  code      text        not null,
  -- What it is about, when a code can be about several things; else empty.
  subject   text        not null,
  level     text        not null check (level in ('warning', 'alert')),
  facts     jsonb       not null,
  raised_at timestamptz not null,
  seen_at   timestamptz not null,
  primary key (code, subject)
);

-- One row: the edition in force, and a counter that grows with every change a snapshot must follow. Its lock orders writers.
create table trust.state (
  only_row boolean primary key default true check (only_row),
  revision bigint  not null,
  edition  bigint  references trust.white_list (edition)
);
insert into trust.state (revision) values (0);

grant select, insert, update, delete on all tables in schema trust to hygie_app;
