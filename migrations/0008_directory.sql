-- The national directory: the official extractions as they are in force, who of ours is published there, and what the live source told.
-- Public data of professionals, in clear. One import replaces what it brings in one transaction, the index of the search included:
-- readers see the edition before it, or it. Keys and digests take all 64 bits: they are compared here, and never read by the program.
create schema directory;
grant usage on schema directory to hygie_app;

-- One row for each file that an import took up.
create table directory.edition (
  edition_id   bigint      generated always as identity primary key,
  source       text        not null check (source in ('mailboxes', 'activities', 'skills', 'diplomas')),
  state        text        not null check (state in ('importing', 'current', 'superseded', 'refused', 'failed')),
  -- The instant that the file's name tells; without it, the start of the import.
  published_at timestamptz not null,
  started_at   timestamptz not null,
  finished_at  timestamptz,
  file_name    text        not null,
  sha256       bytea,
  rows         integer     not null default 0,
  odd_rows     integer     not null default 0,
  created      integer     not null default 0,
  changed      integer     not null default 0,
  deleted      integer     not null default 0,
  -- Why it was refused or failed: a code.
  reason       text
);
create unique index edition_current on directory.edition (source) where state = 'current';
create index edition_by_start on directory.edition (started_at);

-- Rows that were left out, or kept although something is missing (the reason tells), the first of each edition up to a bound;
-- `odd_rows` above counts them all.
create table directory.odd_row (
  edition_id bigint  not null references directory.edition on delete cascade,
  line       integer not null,
  reason     text    not null,
  primary key (edition_id, line)
);

-- What an edition changed; none for the first of its source.
create table directory.change (
  edition_id bigint not null references directory.edition on delete cascade,
  subject    text   not null check (subject in ('mailbox', 'practitioner', 'activity', 'organization')),
  -- Address, national identifier, number, identifier of the organization.
  key        text   not null,
  kind       text   not null check (kind in ('created', 'changed', 'deleted')),
  primary key (edition_id, subject, key)
);
create index change_by_key on directory.change (subject, key);

-- Codes of the national nomenclatures (NOS) and what they are called, as the extractions say it. Lists: civility, title, profession,
-- category, skill-type, skill, mode, sector, section, role, genre, department, country, diploma-type, diploma,
-- authorization-type, discipline.
create table directory.label (
  list  text not null,
  code  text not null,
  label text not null,
  primary key (list, code)
);

-- Persons: those of the activities and those who hold a mailbox only.
create table directory.practitioner (
  number          integer     generated always as identity unique,
  -- National identifier: `8` and RPPS, `0` and ADELI.
  idnps           text        primary key,
  identifier_type smallint,
  civility        text,
  title           text,
  family          text        not null,
  given           text        not null,
  -- Folded (lower case, no accents), for searches by FHIR.
  family_key      text        not null,
  given_key       text        not null,
  digest          bigint      not null,
  updated_at      timestamptz not null
);
create index practitioner_family on directory.practitioner (family_key text_pattern_ops, given_key text_pattern_ops);
create index practitioner_given on directory.practitioner (given_key text_pattern_ops);
create index practitioner_updated on directory.practitioner (updated_at, idnps);

create table directory.organization (
  number          integer     generated always as identity unique,
  -- The technical identifier of the source; without one, `finess-…` or `siret-…`.
  organization_id text        primary key,
  finess          text,
  finess_legal    text,
  siret           text,
  siren           text,
  name            text        not null,
  sign            text,
  name_key        text        not null,
  -- Postal lines beside the last, from the top.
  lines           text[]      not null,
  postcode        text,
  commune_code    text,
  town            text,
  department      text,
  country         text,
  phone           text,
  phone2          text,
  fax             text,
  email           text,
  sector_code     text,
  digest          bigint      not null,
  updated_at      timestamptz not null
);
create index organization_finess on directory.organization (finess) where finess is not null;
create index organization_siret on directory.organization (siret) where siret is not null;
-- Structures that are known by their legal entity alone; those of a site are not found by it.
create index organization_legal on directory.organization (finess_legal) where finess is null and finess_legal is not null;
create index organization_siren on directory.organization (siren) where finess is null and siret is null and siren is not null;
create index organization_name on directory.organization (name_key text_pattern_ops);
create index organization_updated on directory.organization (updated_at, organization_id);

-- One situation of a person: a profession, a place, a way of working.
create table directory.activity (
  number          integer     generated always as identity primary key,
  -- 64 bits of the row's identity within the source.
  key             bigint      not null unique,
  idnps           text        not null,
  organization_id text,
  profession_code text,
  category_code   text,
  skill_type      text,
  skill_code      text,
  mode_code       text,
  sector_code     text,
  section_code    text,
  role_code       text,
  genre_code      text,
  authority       text,
  digest          bigint      not null,
  updated_at      timestamptz not null
);
create index activity_idnps on directory.activity (idnps);
create index activity_organization on directory.activity (organization_id) where organization_id is not null;
create index activity_updated on directory.activity (updated_at, number);

-- The organization that a mailbox means by a FINESS or a SIRET. Technical identifiers, in capitals, come before `finess-…`.
create view directory.structure_organization as
  select 'FINESS' as structure_type, finess as structure_id, min(organization_id collate "C") as organization_id
    from directory.organization where finess is not null group by finess
  union all
  select 'SIRET', siret, min(organization_id collate "C") from directory.organization where siret is not null group by siret;

create table directory.mailbox (
  number          integer     generated always as identity unique,
  -- In its normal form.
  address         text        primary key,
  type            text        not null check (type in ('PER', 'ORG', 'APP', 'CAB')),
  idnps           text,
  -- `FINESS`, `SIRET` … and the identifier, as the source says; `organization_id` when it is one that we know.
  structure_type  text,
  structure_id    text,
  organization_id text,
  service         text,
  profession_code text,
  category_code   text,
  skill_code      text,
  is_paperless    boolean,
  -- The structure as this source says it.
  name            text,
  sign            text,
  lines           text[]      not null,
  postcode        text,
  town            text,
  department      text,
  country         text,
  digest          bigint      not null,
  updated_at      timestamptz not null
);
create index mailbox_idnps on directory.mailbox (idnps) where idnps is not null;
create index mailbox_organization on directory.mailbox (organization_id) where organization_id is not null;
create index mailbox_structure on directory.mailbox (structure_id) where structure_id is not null;
create index mailbox_prefix on directory.mailbox (address text_pattern_ops);
create index mailbox_updated on directory.mailbox (updated_at, address);

create table directory.skill (
  idnps           text   not null,
  profession_code text   not null,
  skill_type      text   not null,
  skill_code      text   not null,
  primary key (idnps, profession_code, skill_type, skill_code)
);

create table directory.diploma (
  idnps              text not null,
  diploma_type       text not null,
  diploma_code       text not null,
  authorization_type text not null,
  discipline_code    text not null,
  primary key (idnps, diploma_type, diploma_code, authorization_type, discipline_code)
);

-- Where a file is unpacked before it is compared: emptied before and after, and lost in a crash, as it may be. No key, no index:
-- the import sees to it that a key comes once.
create unlogged table directory.staged_person (
  source text not null, idnps text not null, identifier_type smallint, civility text, title text, family text not null, given text not null,
  family_key text not null, given_key text not null, digest bigint not null
);
create unlogged table directory.staged_activity (
  key bigint not null, idnps text not null, organization_id text, profession_code text, category_code text, skill_type text,
  skill_code text, mode_code text, sector_code text, section_code text, role_code text, genre_code text, authority text,
  digest bigint not null
);
create unlogged table directory.staged_organization (
  organization_id text not null, finess text, finess_legal text, siret text, siren text, name text not null, sign text,
  name_key text not null, lines text[] not null, postcode text, commune_code text, town text, department text, country text,
  phone text, phone2 text, fax text, email text, sector_code text, digest bigint not null
);
create unlogged table directory.staged_mailbox (
  line integer not null, address text not null, type text not null, idnps text, structure_type text, structure_id text, service text,
  profession_code text, category_code text, skill_code text, is_paperless boolean, name text, sign text, name_key text not null,
  lines text[] not null, postcode text, town text, department text, country text, digest bigint not null,
  -- Of the structure alone.
  structure_digest bigint not null
);
create unlogged table directory.staged_skill (
  idnps text not null, profession_code text not null, skill_type text not null, skill_code text not null
);
create unlogged table directory.staged_diploma (
  idnps text not null, diploma_type text not null, diploma_code text not null, authorization_type text not null, discipline_code text not null
);
-- What a merge changed of rows that others are told with: their instants follow.
create unlogged table directory.staged_touch (why text not null, idnps text, organization_id text);

-- The index of the search in force, in parts of at most a mebibyte; each process reads it into its memory.
create table directory.index_part (
  index_id bigint  not null,
  part     integer not null,
  bytes    bytea   not null,
  primary key (index_id, part)
);
alter table directory.index_part alter column bytes set storage external;

-- Addresses that the live source told of one correspondent, until an edition is newer. Red-list addresses are never kept.
create table directory.live_mailbox (
  address         text        primary key,
  type            text        not null check (type in ('PER', 'ORG', 'APP', 'CAB')),
  idnps           text,
  organization_id text,
  service         text,
  rank            integer,
  fetched_at      timestamptz not null
);
create index live_mailbox_idnps on directory.live_mailbox (idnps) where idnps is not null;
create index live_mailbox_organization on directory.live_mailbox (organization_id) where organization_id is not null;
-- Who was asked for, and when: asked again no sooner than a bound says.
create table directory.live_lookup (
  subject    text        not null,
  key        text        not null,
  asked_at   timestamptz not null,
  outcome    text        not null check (outcome in ('found', 'none', 'failed')),
  primary key (subject, key)
);

-- Our own accounts, as the national directory is to show them, and how far that is.
create table directory.listing (
  tenant_id        uuid        not null,
  account_id       uuid        not null,
  address          text        not null,
  type             text        not null check (type in ('PER', 'ORG', 'APP', 'CAB')),
  -- Whose telecom it is: the FHIR resource and one identifier of it.
  resource         text        not null check (resource in ('Practitioner', 'PractitionerRole', 'Organization')),
  identifier       text        not null,
  organization     text,
  service          text,
  description      text,
  responsible      text,
  is_red_listed    boolean     not null,
  rank             integer,
  -- What we want there, and what is there as far as we know.
  is_wanted        boolean     not null,
  version          integer     not null,
  is_published     boolean     not null default false,
  state            text        not null check (state in ('waiting', 'published', 'removed', 'refused')),
  attempts         integer     not null default 0,
  next_attempt_at  timestamptz,
  -- A code; the screen explains it.
  fault            text,
  changed_at       timestamptz not null,
  published_at     timestamptz,
  primary key (tenant_id, account_id)
);
create index listing_due on directory.listing (next_attempt_at) where state = 'waiting';
create index listing_address on directory.listing (address);

-- Where something of ours stands there, or may stand: written before it is sent, so that a crash in between forgets nothing.
create table directory.listing_placement (
  tenant_id    uuid not null,
  account_id   uuid not null,
  resource     text not null check (resource in ('Practitioner', 'PractitionerRole', 'Organization')),
  identifier   text not null,
  -- Empty where the resource has none.
  organization text not null,
  address      text not null,
  primary key (tenant_id, account_id, resource, identifier, organization, address)
);
create index listing_placement_address on directory.listing_placement (address);

-- Addresses to hide, by the SHA-256 of their normal form, for they are not kept: the live source told that they are on the red list, or
-- one of our accounts left them for another.
create table directory.red_list (
  digest  bytea       primary key,
  seen_at timestamptz not null
);

-- How the Annuaire's interfaces answer, for all processes: after repeated failures none of them asks for a while.
create table directory.live_circuit (
  name       text        primary key check (name in ('reading', 'publication')),
  failures   integer     not null,
  open_until timestamptz
);

-- Must `address` (in its normal form) stay out of everything that is shown? On the red list as the live source told it; or one of ours
-- that is red-listed, no longer wanted, or left behind by a move. The extraction follows the Annuaire within a day: one that is a week
-- younger and lists the address all the same is believed.
create function directory.is_hidden(address text) returns boolean language sql stable
begin atomic
  select exists (select from directory.red_list red where red.digest = sha256(convert_to($1, 'UTF8'))
                    and not exists (select from directory.edition e where e.source = 'mailboxes' and e.state = 'current'
                                       and e.published_at > red.seen_at + interval '7 days'))
      or exists (select from directory.listing l where l.address = $1 and (l.is_red_listed or not l.is_wanted))
      or exists (select from directory.listing_placement p join directory.listing l using (tenant_id, account_id)
                  where p.address = $1 and l.address <> $1);
end;

grant select, insert, update, delete on
  directory.edition, directory.odd_row, directory.change, directory.label, directory.practitioner, directory.organization,
  directory.activity, directory.mailbox, directory.skill, directory.diploma, directory.index_part, directory.live_mailbox,
  directory.live_lookup, directory.listing, directory.listing_placement, directory.red_list, directory.live_circuit
to hygie_app;
grant select on directory.structure_organization to hygie_app;
grant select, insert, update, delete, truncate, maintain on
  directory.staged_person, directory.staged_activity, directory.staged_organization, directory.staged_mailbox, directory.staged_skill,
  directory.staged_diploma, directory.staged_touch
to hygie_app;
-- An import replaces millions of rows and asks for fresh statistics before anyone plans a query on them.
grant maintain on
  directory.practitioner, directory.organization, directory.activity, directory.mailbox, directory.skill, directory.diploma
to hygie_app;
