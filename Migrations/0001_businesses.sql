-- Businesses (tenants), their keys, and the roles that everything else grants to.
--
-- Way back: drop table knowledge_api_keys, businesses; drop function
-- knowledge_current_business(); the roles belong to the whole cluster and are dropped with
-- `drop role` once no database uses them.
--
-- Written for PostgreSQL 13 and later. It runs in one transaction under the migrator's lock, with
-- search_path set to the schema it is to fill. Names are therefore unqualified here, except where
-- they are resolved later, in the body of a trigger: there `@schema@` stands for that schema.

-- knowledge_service: what the service's statements run as. Sees one business at a time.
-- knowledge_feed: follows the tables that it can search, of all businesses. Writes no content.
-- knowledge_operator: creates and lists businesses, and finds the one that a key belongs to.
-- None logs in, none owns a table, none skips row-level security.
do $roles$
declare wanted text;
begin
  foreach wanted in array array['knowledge_service', 'knowledge_feed', 'knowledge_operator'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin nosuperuser nobypassrls noinherit', wanted);
      exception when duplicate_object or unique_violation then null;  -- Another database's migrator.
      end;
    end if;
    -- Whoever migrates also serves, unless it already may act as the role.
    -- It acts as the role by SET ROLE only. Where it inherited the role, the role's policies would be
    -- its own at all times; before PostgreSQL 16 only the login role's NOINHERIT prevents that.
    if not pg_catalog.pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user%s', wanted,
        case when current_setting('server_version_num')::int >= 160000
          then ' with inherit false, set true' else '' end);
    end if;
    execute format('grant usage on schema @schema@ to %I', wanted);
  end loop;
end
$roles$;

-- The business that this session acts for: the setting app.business_id, which the service sets for
-- one transaction. Missing, empty or not a UUID gives NULL, which equals nothing.
create function knowledge_current_business() returns uuid
  language sql stable parallel safe
  as $$
    select case
      when pg_catalog.current_setting('app.business_id', true)
        operator(pg_catalog.~) '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then pg_catalog.current_setting('app.business_id', true)::pg_catalog.uuid
    end
  $$;

create table businesses (
  business_id uuid primary key default gen_random_uuid(),
  business_name text not null unique
    check (business_name <> '' and octet_length(business_name) <= 400),
  business_description text not null default '',
  address text not null default '',
  phone_number text not null default '',
  website text not null default '',
  owner_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A key is shown once, when it is made. `prefix` finds the row, `key_hash` (SHA-256 of the whole
-- key, which holds 256 random bits) proves it.
create table knowledge_api_keys (
  business_id uuid not null references businesses on delete cascade,
  key_id uuid not null default gen_random_uuid(),
  prefix text not null unique check (octet_length(prefix) between 8 and 32),
  key_hash bytea not null check (octet_length(key_hash) = 32),
  label text not null default '',
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (business_id, key_id)
);

alter table businesses enable row level security;
alter table businesses force row level security;
alter table knowledge_api_keys enable row level security;
alter table knowledge_api_keys force row level security;

-- `(select …)` is evaluated once a statement, not once a row.
create policy of_this_business on businesses to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));
create policy of_this_business on knowledge_api_keys to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));
create policy of_all on businesses to knowledge_operator using (true) with check (true);
create policy of_all on knowledge_api_keys to knowledge_operator using (true) with check (true);

grant select on businesses to knowledge_service;
grant select, insert, update, delete on businesses to knowledge_operator;
grant select, insert, update, delete on knowledge_api_keys to knowledge_operator;
