-- What became of spelling corrections: how right they are is measured, and reported.
--
-- Way back: drop table corrections. (The function that is replaced here may stay.)

-- The words alone, never the text that they stood in, nor who wrote it.
create table corrections (
  business_id uuid not null references businesses on delete cascade,
  correction_id uuid not null default gen_random_uuid(),
  original text not null check (octet_length(original) between 1 and 100),
  replacement text not null check (octet_length(replacement) between 1 and 100),
  kind text not null check (kind in ('respelled', 'split', 'joined')),
  -- As it was said.
  confidence real not null check (confidence between 0 and 1),
  outcome text not null check (outcome in ('accepted', 'rejected', 'changed')),
  -- What was right instead.
  changed_to text check (octet_length(changed_to) between 1 and 100),
  language text not null default '' check (octet_length(language) <= 35),
  created_at timestamptz not null default now(),
  primary key (business_id, correction_id),
  check ((outcome = 'changed') = (changed_to is not null))
);
create index on corrections (business_id, created_at);

alter table corrections enable row level security;
alter table corrections force row level security;
create policy of_this_business on corrections to knowledge_service
  using (business_id = (select knowledge_current_business()))
  with check (business_id = (select knowledge_current_business()));
grant select, insert, delete on corrections to knowledge_service;

-- Of the catalogue: spaces around a value are no part of its text, so that an export that passes
-- through a program that trims cells comes back unchanged.
create or replace function knowledge_attribute_text(attributes jsonb) returns text
  language sql immutable parallel safe
  as $$
    select coalesce(pg_catalog.string_agg(
      pg_catalog.concat(pg_catalog.btrim(a.key, E' \t\n\r'), ': ', a.value),
      E'\n' order by a.key collate "C"), '')
    from (
      select f.key, pg_catalog.btrim(case
        when pg_catalog.jsonb_typeof(f.value) operator(pg_catalog.=) 'array' then (
          select pg_catalog.string_agg(e.item operator(pg_catalog.#>>) '{}', ', ' order by e.place)
          from pg_catalog.jsonb_array_elements(f.value) with ordinality as e (item, place)
          where pg_catalog.jsonb_typeof(e.item)
            operator(pg_catalog.=) any (array['string', 'number', 'boolean']))
        when pg_catalog.jsonb_typeof(f.value)
          operator(pg_catalog.=) any (array['string', 'number', 'boolean'])
        then f.value operator(pg_catalog.#>>) '{}'
      end, E' \t\n\r') as value
      from pg_catalog.jsonb_each(attributes) as f) as a
    where a.value operator(pg_catalog.<>) ''
  $$;
