-- What programs bring before they make an email of it: its bytes are in the blob store, under a key of their own.
create table mail.upload (
  tenant_id   uuid        not null,
  account_id  uuid        not null,
  -- Also the blob's.
  id          uuid        not null,
  key_version integer     not null,
  wrapped_key bytea       not null,
  -- The media type, as its sender wrote it, under the account's key.
  sealed_type bytea       not null,
  size_bytes  bigint      not null check (size_bytes >= 0),
  -- The person who brought it; null for a task.
  uploaded_by uuid,
  uploaded_at timestamptz not null,
  primary key (tenant_id, account_id, id)
);
create index upload_by_blob on mail.upload (id);
create index upload_by_age on mail.upload (uploaded_at);
grant select, insert, update, delete on mail.upload to hygie_app;

-- News for those who wait (design §1): that an account changed, never what. The payload names it and nothing else.
create function mail.tell_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('hygie_account_changed', new.tenant_id || '/' || new.id);
  return null;
end
$$;
create trigger account_changed after update on mail.account for each row
  when (old.change <> new.change or old.quota_bytes <> new.quota_bytes)
  execute function mail.tell_change();
