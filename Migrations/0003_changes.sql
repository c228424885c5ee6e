-- The change feed: every row that changed, noted by triggers in the same transaction.
--
-- Way back: drop the triggers zz_knowledge_note… on the three tables; drop table knowledge_changes,
-- knowledge_nodes; drop function knowledge_note_entry(), knowledge_note_embedding(),
-- knowledge_note_collection(), knowledge_note_truncation(), knowledge_row_stamp(knowledge_entries).

-- `entry_id` null: everything of the collection. `collection` null: whichever the entry is in now.
-- `business_id` null as well: everything there is (a TRUNCATE).
-- No key on change_id: it counts, it does not order (commits come in another order than numbers).
create table knowledge_changes (
  change_id bigint generated always as identity (cache 64),
  xid xid8 not null default pg_current_xact_id(),
  business_id uuid,
  collection text,
  entry_id uuid
);
create index knowledge_changes_xid on knowledge_changes (xid);
-- Rows live for seconds: vacuum by count, not by share of a table that is nearly always empty.
alter table knowledge_changes set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000);

-- One row a knowledge node. A token stands for a position: `tokens` for the last eight steps, newest
-- first, `kept` for the last eight that were written to the node's files. `registered` is the oldest
-- position that the node may still resume from; changes that it does not see are kept for the node.
create table knowledge_nodes (
  node_id uuid primary key,
  tokens uuid[] not null default '{}',
  kept uuid[] not null default '{}',
  registered pg_snapshot not null,
  registered_at timestamptz not null default now(),
  last_seen timestamptz not null default now()
) with (fillfactor = 50);

-- SECURITY DEFINER, so that no writer needs rights on the notes. Every table and operator is named in
-- full, so that the caller's search_path cannot matter: fixing it with SET would do the same for
-- 4 microseconds a row more, a sixth of what a new row costs in all.
create function knowledge_note_entry() returns trigger
  language plpgsql security definer
  as $$
begin
  if tg_op operator(pg_catalog.=) 'INSERT' then
    insert into @schema@.knowledge_changes (business_id, collection, entry_id)
      values (new.business_id, new.collection, new.entry_id);
    return null;
  end if;
  insert into @schema@.knowledge_changes (business_id, collection, entry_id)
    values (old.business_id, old.collection, old.entry_id);
  -- A row that was given another key or collection has left one place and come to another.
  if tg_op operator(pg_catalog.=) 'UPDATE' and (new.business_id operator(pg_catalog.<>) old.business_id
    or new.collection operator(pg_catalog.<>) old.collection
    or new.entry_id operator(pg_catalog.<>) old.entry_id)
  then
    insert into @schema@.knowledge_changes (business_id, collection, entry_id)
      values (new.business_id, new.collection, new.entry_id);
  end if;
  return null;
end
$$;

create function knowledge_note_embedding() returns trigger
  language plpgsql security definer
  as $$
begin
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    insert into @schema@.knowledge_changes (business_id, entry_id)
      values (old.business_id, old.entry_id);
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    insert into @schema@.knowledge_changes (business_id, entry_id)
      values (new.business_id, new.entry_id);
  end if;
  return null;
end
$$;

create function knowledge_note_collection() returns trigger
  language plpgsql security definer
  as $$
begin
  insert into @schema@.knowledge_changes (business_id, collection)
    values (old.business_id, old.collection);
  if tg_op operator(pg_catalog.=) 'UPDATE' then
    insert into @schema@.knowledge_changes (business_id, collection)
      values (new.business_id, new.collection);
  end if;
  return null;
end
$$;

create function knowledge_note_truncation() returns trigger
  language plpgsql security definer
  as $$
begin
  insert into @schema@.knowledge_changes (business_id) values (null);
  return null;
end
$$;

create trigger zz_knowledge_note after insert or update or delete on knowledge_entries
  for each row execute function knowledge_note_entry();
create trigger zz_knowledge_note after insert or update or delete on knowledge_embeddings
  for each row execute function knowledge_note_embedding();
-- A new collection has nothing to be read again; its entries bring it.
create trigger zz_knowledge_note after update or delete on knowledge_collections
  for each row execute function knowledge_note_collection();
create trigger zz_knowledge_note_all after truncate on knowledge_entries
  for each statement execute function knowledge_note_truncation();
create trigger zz_knowledge_note_all after truncate on knowledge_embeddings
  for each statement execute function knowledge_note_truncation();
create trigger zz_knowledge_note_all after truncate on knowledge_collections
  for each statement execute function knowledge_note_truncation();

-- ALWAYS: also for logical replication and whoever else sets session_replication_role.
alter table knowledge_entries enable always trigger zz_knowledge_note;
alter table knowledge_entries enable always trigger zz_knowledge_note_all;
alter table knowledge_embeddings enable always trigger zz_knowledge_note;
alter table knowledge_embeddings enable always trigger zz_knowledge_note_all;
alter table knowledge_collections enable always trigger zz_knowledge_note;
alter table knowledge_collections enable always trigger zz_knowledge_note_all;

-- A 64-bit fingerprint of all that can be searched or shown of an entry, for parity between this
-- table and a node's files. Not stable across major versions of PostgreSQL.
create function knowledge_row_stamp(entry knowledge_entries) returns bigint
  language sql stable parallel safe
  as $$
    select pg_catalog.hashtextextended(entry.content,
      pg_catalog.hashtextextended(entry.title,
      pg_catalog.hashtextextended(pg_catalog.concat_ws(E'\x1f', entry.external_id is null,
        entry.external_id, entry.collection, entry.entry_type, entry.category, entry.priority,
        entry.language, entry.is_active, entry.deleted_at is null, entry.version,
        entry.keywords, entry.tags),
      pg_catalog.jsonb_hash_extended(entry.metadata,
      pg_catalog.timestamp_hash_extended(entry.created_at at time zone 'UTC',
      pg_catalog.timestamp_hash_extended(entry.updated_at at time zone 'UTC',
      pg_catalog.uuid_hash_extended(entry.entry_id,
      pg_catalog.uuid_hash_extended(entry.business_id, 0))))))))
  $$;

alter table knowledge_changes enable row level security;
alter table knowledge_changes force row level security;
-- Rights, not policies, decide who notes: only the owner has any, through the triggers.
create policy noted_by_triggers on knowledge_changes for insert with check (true);
create policy of_all on knowledge_changes to knowledge_feed using (true);

grant select, delete on knowledge_changes to knowledge_feed;
-- Locking the rows that are to be deleted needs the right to update one column; this one cannot be.
grant update (change_id) on knowledge_changes to knowledge_feed;
grant select, insert, update, delete on knowledge_nodes to knowledge_feed;
