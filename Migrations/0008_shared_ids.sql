-- An id is unique within its table only: a product and an entry of one business may share one. Each
-- has vectors of its own.
--
-- Way back: delete from knowledge_embeddings where source <> 'knowledge_entries'; alter table
-- knowledge_embeddings drop constraint knowledge_embeddings_pkey, add primary key
-- (business_id, entry_id, model, chunk); drop function knowledge_description(text, text, text).
-- Vectors that are gone are made again.

-- The table last: whoever looks for the chunks of an entry finds them side by side.
alter table knowledge_embeddings
  drop constraint knowledge_embeddings_pkey,
  add primary key (business_id, entry_id, model, chunk, source);

-- The description in what was read of a row, perhaps before its attributes were changed: the text
-- of the new attributes is taken off or, where it does not stand there, that of the attributes that
-- the row has. `earlier_text` null: there is no such row yet.
create function knowledge_description(content text, attribute_text text, earlier_text text)
  returns text
  language sql immutable parallel safe
  as $$
    select case
      when @schema@.knowledge_description(content, attribute_text)
        operator(pg_catalog.<>) content
      then @schema@.knowledge_description(content, attribute_text)
      else @schema@.knowledge_description(content, coalesce(earlier_text, ''))
    end
  $$;
