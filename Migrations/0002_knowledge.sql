-- Knowledge: collections, entries and their vectors.
--
-- Way back: drop table knowledge_embeddings, knowledge_entries, knowledge_collections; drop
-- sequence knowledge_versions; drop function knowledge_stamp_entry().

create table knowledge_collections (
  business_id uuid not null references businesses on delete cascade,
  collection text not null check (collection ~ '^[a-z0-9_-]{1,64}$'),
  model text not null check (octet_length(model) between 1 and 200),
  dimension integer not null check (dimension between 1 and 4096),
  language text not null default 'en',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, collection)
);

-- Larger on every change of any entry. CACHE 1: with more, two sessions that change one entry in
-- turn could number the later change lower.
create sequence knowledge_versions as bigint cache 1;

create table knowledge_entries (
  business_id uuid not null references businesses on delete cascade,
  entry_id uuid not null default gen_random_uuid(),
  collection text not null default 'knowledge'
    check (collection ~ '^[a-z0-9_-]{1,64}$'),
  external_id text check (octet_length(external_id) between 1 and 1000),
  entry_type text not null default 'text' check (octet_length(entry_type) <= 400),
  title text not null default '' check (octet_length(title) <= 4000),
  content text not null default '' check (octet_length(content) <= 1048576),
  -- Limits are of what is read, not of what is stored: the text of 1e131000 is 131000 times longer,
  -- a compressed array 100 times, and one row that cannot be read would hold up all others.
  metadata jsonb not null default '{}'
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 2097152),
  keywords text[] not null default '{}'
    check (cardinality(keywords) <= 100 and array_position(keywords, null) is null
      and octet_length(array_to_string(keywords, '')) <= 100000),
  tags text[] not null default '{}'
    check (cardinality(tags) <= 100 and array_position(tags, null) is null
      and octet_length(array_to_string(tags, '')) <= 100000),
  category text not null default '' check (octet_length(category) <= 800),
  priority integer not null default 0,
  language text not null default '' check (octet_length(language) <= 35),
  is_active boolean not null default true,
  deleted_at timestamptz,
  -- The trigger sets these four; what a statement says is overwritten.
  version bigint not null default 0,
  content_hash bytea not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, entry_id),
  -- The collection first: with the business first, a planner without statistics takes this index for
  -- as good as the primary key when it looks for an entry, and reads the whole business each time.
  unique (collection, business_id, external_id)
);

-- `vector` has unit length; `chunk` counts from 0 within an entry; `content_hash` is the entry's at
-- the time, so that a vector of an older text is known as such.
create table knowledge_embeddings (
  business_id uuid not null,
  entry_id uuid not null,
  chunk integer not null default 0 check (chunk >= 0),
  model text not null check (octet_length(model) between 1 and 200),
  content_hash bytea not null check (octet_length(content_hash) <= 64),
  vector real[] not null
    check (array_ndims(vector) = 1 and cardinality(vector) between 1 and 4096
      and array_position(vector, null) is null),
  created_at timestamptz not null default now(),
  primary key (business_id, entry_id, model, chunk),
  foreign key (business_id, entry_id) references knowledge_entries on delete cascade
);
-- Vectors do not compress; trying costs more than writing them.
alter table knowledge_embeddings alter column vector set storage external;

-- SQL's own functions only, each named in full: the caller's search_path does not matter.
create function knowledge_stamp_entry() returns trigger
  language plpgsql
  as $$
begin
  new.version := pg_catalog.nextval('@schema@.knowledge_versions'::pg_catalog.regclass);
  new.updated_at := pg_catalog.now();
  new.content_hash := pg_catalog.sha256(pg_catalog.convert_to(
    pg_catalog.concat(pg_catalog.octet_length(new.title), ':', new.title,
      pg_catalog.array_to_string(new.keywords, E'\x1f'), E'\x1e', new.content), 'UTF8'));
  return new;
end
$$;

-- Named to run after other BEFORE triggers, which fire in the order of their names.
create trigger zz_knowledge_stamp before insert or update on knowledge_entries
  for each row execute function knowledge_stamp_entry();
alter table knowledge_entries enable always trigger zz_knowledge_stamp;

alter table knowledge_collections enable row level security;
alter table knowledge_collections force row level security;
alter table knowledge_entries enable row level security;
alter table knowledge_entries force row level security;
alter table knowledge_embeddings enable row level security;
alter table knowledge_embeddings force row level security;

create policy of_this_business on knowledge_collections to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));
create policy of_this_business on knowledge_entries to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));
create policy of_this_business on knowledge_embeddings to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));

-- The feed only reads, and reads everybody's.
create policy of_all on knowledge_collections for select to knowledge_feed using (true);
create policy of_all on knowledge_entries for select to knowledge_feed using (true);
create policy of_all on knowledge_embeddings for select to knowledge_feed using (true);

grant select, insert, update, delete
  on knowledge_collections, knowledge_entries, knowledge_embeddings to knowledge_service;
grant select on knowledge_collections, knowledge_entries, knowledge_embeddings to knowledge_feed;
-- Whoever may write a row needs its next version; the number alone tells nothing.
grant usage on sequence knowledge_versions to public;
