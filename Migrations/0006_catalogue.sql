-- The catalogue: products and services, each a row of a table of its own. They are collections of
-- the business like any other: `knowledge_rows` gives them in the form of entries, and whoever
-- follows, compares, exports or embeds entries reads that.
--
-- Way back: drop function knowledge_rows(); drop table products, services; drop function
-- knowledge_note_product(), knowledge_note_service(), knowledge_stamp_product(),
-- knowledge_stamp_service(), knowledge_attribute_text(jsonb), knowledge_described(text, text),
-- knowledge_description(text, text);
-- delete from knowledge_embeddings where source <> 'knowledge_entries'; alter table
-- knowledge_embeddings drop column product_id, drop column service_id, drop column of_entry_id,
-- drop column source, add foreign key (business_id, entry_id) references knowledge_entries on
-- delete cascade; alter table knowledge_entries drop constraint knowledge_entries_not_catalogue.

-- The attributes that say something in words, a line each: `colour: red, blue`. Objects inside them
-- and nulls are left out. What is read here is embedded and searched as text, like a description.
create function knowledge_attribute_text(attributes jsonb) returns text
  language sql immutable parallel safe
  as $$
    select coalesce(pg_catalog.string_agg(
      pg_catalog.concat(a.key, ': ', a.value), E'\n' order by a.key collate "C"), '')
    from (
      select f.key, case
        when pg_catalog.jsonb_typeof(f.value) operator(pg_catalog.=) 'array' then (
          select pg_catalog.string_agg(e.item operator(pg_catalog.#>>) '{}', ', ' order by e.place)
          from pg_catalog.jsonb_array_elements(f.value) with ordinality as e (item, place)
          where pg_catalog.jsonb_typeof(e.item)
            operator(pg_catalog.=) any (array['string', 'number', 'boolean']))
        when pg_catalog.jsonb_typeof(f.value)
          operator(pg_catalog.=) any (array['string', 'number', 'boolean'])
        then f.value operator(pg_catalog.#>>) '{}'
      end as value
      from pg_catalog.jsonb_each(attributes) as f) as a
    where a.value operator(pg_catalog.<>) ''
  $$;

-- A description with the text of its attributes below it.
create function knowledge_described(description text, attribute_text text) returns text
  language sql immutable parallel safe
  as $$
    select case
      when attribute_text operator(pg_catalog.=) '' then description
      when description operator(pg_catalog.=) '' then attribute_text
      else pg_catalog.concat(description, E'\n\n', attribute_text)
    end
  $$;

-- The description that knowledge_described was given: what has been exported comes back as it was.
create function knowledge_description(content text, attribute_text text) returns text
  language sql immutable parallel safe
  as $$
    select case
      when attribute_text operator(pg_catalog.=) '' then content
      when content operator(pg_catalog.=) attribute_text then ''
      when pg_catalog.right(content, pg_catalog.length(attribute_text) operator(pg_catalog.+) 2)
        operator(pg_catalog.=) pg_catalog.concat(E'\n\n', attribute_text)
      then pg_catalog.left(content,
        operator(pg_catalog.-) (pg_catalog.length(attribute_text) operator(pg_catalog.+) 2))
      else content
    end
  $$;

create table products (
  business_id uuid not null references businesses on delete cascade,
  product_id uuid not null default gen_random_uuid(),
  external_id text check (octet_length(external_id) between 1 and 1000),
  name text not null check (name <> '' and octet_length(name) <= 4000),
  description text not null default '' check (octet_length(description) <= 1048576),
  -- Other names that customers use.
  aliases text[] not null default '{}'
    check (cardinality(aliases) <= 100 and array_position(aliases, null) is null
      and octet_length(array_to_string(aliases, '')) <= 100000),
  category text not null default '' check (octet_length(category) <= 800),
  tags text[] not null default '{}'
    check (cardinality(tags) <= 100 and array_position(tags, null) is null
      and octet_length(array_to_string(tags, '')) <= 100000),
  priority integer not null default 0,
  -- Null: on request.
  price numeric(18, 4) check (price >= 0),
  -- ISO 4217, such as EUR; empty: the business's usual one.
  currency text not null default '' check (currency ~ '^([A-Z]{3})?$'),
  -- How many there are; null: not counted, always there.
  stock integer check (stock >= 0),
  -- Where a picture stands, as a URL.
  image text not null default '' check (octet_length(image) <= 4000),
  -- Whatever else is known. Names of the columns above are theirs.
  attributes jsonb not null default '{}'
    check (jsonb_typeof(attributes) = 'object' and octet_length(attributes::text) <= 2097152
      and not attributes ?| array['price', 'currency', 'stock', 'image']),
  language text not null default '' check (octet_length(language) <= 35),
  is_active boolean not null default true,
  deleted_at timestamptz,
  -- The trigger sets these five; what a statement says is overwritten.
  attribute_text text not null default '',
  version bigint not null default 0,
  content_hash bytea not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, product_id),
  -- The external id first, for the reason that knowledge_entries has the collection first.
  unique (external_id, business_id)
);

create table services (
  business_id uuid not null references businesses on delete cascade,
  service_id uuid not null default gen_random_uuid(),
  external_id text check (octet_length(external_id) between 1 and 1000),
  name text not null check (name <> '' and octet_length(name) <= 4000),
  description text not null default '' check (octet_length(description) <= 1048576),
  aliases text[] not null default '{}'
    check (cardinality(aliases) <= 100 and array_position(aliases, null) is null
      and octet_length(array_to_string(aliases, '')) <= 100000),
  category text not null default '' check (octet_length(category) <= 800),
  tags text[] not null default '{}'
    check (cardinality(tags) <= 100 and array_position(tags, null) is null
      and octet_length(array_to_string(tags, '')) <= 100000),
  priority integer not null default 0,
  price numeric(18, 4) check (price >= 0),
  currency text not null default '' check (currency ~ '^([A-Z]{3})?$'),
  -- Whether it can be had at present.
  available boolean not null default true,
  -- How long it takes; null: not known beforehand.
  duration_minutes integer check (duration_minutes > 0),
  image text not null default '' check (octet_length(image) <= 4000),
  attributes jsonb not null default '{}'
    check (jsonb_typeof(attributes) = 'object' and octet_length(attributes::text) <= 2097152
      and not attributes ?| array['price', 'currency', 'available', 'duration_minutes', 'image']),
  language text not null default '' check (octet_length(language) <= 35),
  is_active boolean not null default true,
  deleted_at timestamptz,
  attribute_text text not null default '',
  version bigint not null default 0,
  content_hash bytea not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, service_id),
  unique (external_id, business_id)
);

-- As knowledge_stamp_entry, over the texts that knowledge_rows gives: a new price or stock is a new
-- version, and no new text.
do $stamps$
declare kind text;
begin
  foreach kind in array array['product', 'service'] loop
    execute format($define$
      create function %I() returns trigger
        language plpgsql
        as $body$
      begin
        new.version := pg_catalog.nextval('@schema@.knowledge_versions'::pg_catalog.regclass);
        new.updated_at := pg_catalog.now();
        new.attribute_text := @schema@.knowledge_attribute_text(new.attributes);
        new.content_hash := pg_catalog.sha256(pg_catalog.convert_to(
          pg_catalog.concat(pg_catalog.octet_length(new.name), ':', new.name,
            pg_catalog.array_to_string(new.aliases, E'\x1f'), E'\x1e',
            @schema@.knowledge_described(new.description, new.attribute_text)), 'UTF8'));
        return new;
      end
      $body$ $define$, 'knowledge_stamp_' || kind);
    -- As knowledge_note_entry.
    execute format($define$
      create function %1$I() returns trigger
        language plpgsql security definer
        as $body$
      begin
        if tg_op operator(pg_catalog.<>) 'INSERT' then
          insert into @schema@.knowledge_changes (business_id, collection, entry_id)
            values (old.business_id, %2$L, old.%3$I);
        end if;
        if tg_op operator(pg_catalog.=) 'INSERT'
          or (tg_op operator(pg_catalog.=) 'UPDATE' and (
            new.business_id operator(pg_catalog.<>) old.business_id
            or new.%3$I operator(pg_catalog.<>) old.%3$I))
        then
          insert into @schema@.knowledge_changes (business_id, collection, entry_id)
            values (new.business_id, %2$L, new.%3$I);
        end if;
        return null;
      end
      $body$ $define$, 'knowledge_note_' || kind, kind || 's', kind || '_id');
    execute format('create trigger zz_knowledge_stamp before insert or update on %I
      for each row execute function %I()', kind || 's', 'knowledge_stamp_' || kind);
    execute format('create trigger zz_knowledge_note after insert or update or delete on %I
      for each row execute function %I()', kind || 's', 'knowledge_note_' || kind);
    execute format('create trigger zz_knowledge_note_all after truncate on %I
      for each statement execute function knowledge_note_truncation()', kind || 's');
    execute format('alter table %I enable always trigger zz_knowledge_stamp,
      enable always trigger zz_knowledge_note, enable always trigger zz_knowledge_note_all,
      enable row level security, force row level security', kind || 's');
    execute format('create policy of_this_business on %I to knowledge_service
      using (business_id = (select knowledge_current_business()))
      with check (business_id = (select knowledge_current_business()))', kind || 's');
    execute format('create policy of_all on %I for select to knowledge_feed using (true)',
      kind || 's');
    execute format('grant select, insert, update, delete on %I to knowledge_service', kind || 's');
    execute format('grant select on %I to knowledge_feed', kind || 's');
  end loop;
end
$stamps$;

-- Everything that can be searched, in the form of entries. Seen through the caller's rights and
-- policies, and no barrier to the planner: it looks into the tables by their own indexes.
-- Whoever adds a column to knowledge_entries adds it here.
create function knowledge_rows() returns setof knowledge_entries
  language sql stable parallel safe
  as $$
    select e.business_id, e.entry_id, e.collection, e.external_id, e.entry_type, e.title, e.content,
      e.metadata, e.keywords, e.tags, e.category, e.priority, e.language, e.is_active,
      e.deleted_at, e.version, e.content_hash, e.created_at, e.updated_at
    from @schema@.knowledge_entries e
    union all
    select p.business_id, p.product_id, 'products'::text, p.external_id, 'product'::text, p.name,
      @schema@.knowledge_described(p.description, p.attribute_text),
      p.attributes operator(pg_catalog.||) pg_catalog.jsonb_strip_nulls(
        pg_catalog.jsonb_build_object('price', pg_catalog.trim_scale(p.price),
          'currency', nullif(p.currency, ''), 'stock', p.stock, 'image', nullif(p.image, ''))),
      p.aliases, p.tags, p.category, p.priority, p.language, p.is_active,
      p.deleted_at, p.version, p.content_hash, p.created_at, p.updated_at
    from @schema@.products p
    union all
    select s.business_id, s.service_id, 'services'::text, s.external_id, 'service'::text, s.name,
      @schema@.knowledge_described(s.description, s.attribute_text),
      s.attributes operator(pg_catalog.||) pg_catalog.jsonb_strip_nulls(
        pg_catalog.jsonb_build_object('price', pg_catalog.trim_scale(s.price),
          'currency', nullif(s.currency, ''), 'available', s.available,
          'duration_minutes', s.duration_minutes, 'image', nullif(s.image, ''))),
      s.aliases, s.tags, s.category, s.priority, s.language, s.is_active,
      s.deleted_at, s.version, s.content_hash, s.created_at, s.updated_at
    from @schema@.services s
  $$;

-- These two collections stand in tables of their own. Entries that were in them move; what they
-- had under the names of columns is kept as an attribute, and becomes columns with the next import.
-- Without FORCE for that long, since the owner of the tables has no policy.
alter table knowledge_entries no force row level security;
alter table products no force row level security;
alter table services no force row level security;
insert into products (business_id, product_id, external_id, name, description, aliases, category,
  tags, priority, attributes, language, is_active, deleted_at, created_at)
select business_id, entry_id, external_id,
  case when title = '' then left(content, 1000) else title end, content,
  keywords, category, tags, priority,
  metadata - array['price', 'currency', 'stock', 'image'] || case
    when metadata ?| array['price', 'currency', 'stock', 'image']
    then jsonb_build_object('earlier', metadata) else '{}' end,
  language, is_active, deleted_at, created_at
from knowledge_entries where collection = 'products' and title || content <> '';
insert into services (business_id, service_id, external_id, name, description, aliases, category,
  tags, priority, attributes, language, is_active, deleted_at, created_at)
select business_id, entry_id, external_id,
  case when title = '' then left(content, 1000) else title end, content,
  keywords, category, tags, priority,
  metadata - array['price', 'currency', 'available', 'duration_minutes', 'image'] || case
    when metadata ?| array['price', 'currency', 'available', 'duration_minutes', 'image']
    then jsonb_build_object('earlier', metadata) else '{}' end,
  language, is_active, deleted_at, created_at
from knowledge_entries where collection = 'services' and title || content <> '';
delete from knowledge_entries where collection in ('products', 'services');
alter table products force row level security;
alter table services force row level security;
alter table knowledge_entries
  force row level security,
  add constraint knowledge_entries_not_catalogue check (collection not in ('products', 'services'));

-- Whose vector it is: each goes with its row, by whatever role that is deleted. The table is
-- written anew once.
alter table knowledge_embeddings
  drop constraint knowledge_embeddings_business_id_entry_id_fkey,
  add column source text not null default 'knowledge_entries'
    check (source in ('knowledge_entries', 'products', 'services')),
  add column of_entry_id uuid
    generated always as (case when source = 'knowledge_entries' then entry_id end) stored,
  add column product_id uuid
    generated always as (case when source = 'products' then entry_id end) stored,
  add column service_id uuid
    generated always as (case when source = 'services' then entry_id end) stored,
  add foreign key (business_id, of_entry_id) references knowledge_entries on delete cascade,
  add foreign key (business_id, product_id) references products on delete cascade,
  add foreign key (business_id, service_id) references services on delete cascade;
-- Deleting a row looks for its vectors.
create index on knowledge_embeddings (business_id, of_entry_id) where of_entry_id is not null;
create index on knowledge_embeddings (business_id, product_id) where product_id is not null;
create index on knowledge_embeddings (business_id, service_id) where service_id is not null;
