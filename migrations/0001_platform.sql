-- The ground: who runs the program, what this installation is, and what its processes share.

-- The group role of the running program: one per cluster, shared by its databases, owner of nothing. Made beforehand where
-- the owner may not create roles; another database of the cluster may be making it at this instant.
do $$
begin
  if not exists (select from pg_roles where rolname = 'hygie_app') then
    create role hygie_app nologin;
    -- With one login for everything, the running program takes the role with SET ROLE.
    if not (select rolsuper from pg_roles where rolname = current_user) then
      execute format('grant hygie_app to %I', current_user);
    end if;
  end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;

revoke all on schema public from public;
grant usage on schema platform to hygie_app;

-- What this installation is. The sandbox and production never meet: the marker is written once, and never changes.
create table platform.instance (
  only_row   boolean     primary key default true check (only_row),
  id         uuid        not null,
  marker     text        not null check (marker in ('sandbox', 'production')),
  created_at timestamptz not null default now()
);
grant select, insert on platform.instance to hygie_app;

-- Counts per key and window, shared by all processes. Undistributed: a key is a hash of an address, a login or a peer.
create table platform.rate_limit (
  key_hash     bytea       not null,
  window_start timestamptz not null,
  count        integer     not null check (count > 0),
  primary key (key_hash, window_start)
);
create index rate_limit_by_time on platform.rate_limit (window_start);
grant select, insert, update, delete on platform.rate_limit to hygie_app;
