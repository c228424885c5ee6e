-- Chunks: an entry of long content has several vectors of a model, each for a part of it.
--
-- Way back: delete from knowledge_embeddings where chunk_count > 1; alter table
-- knowledge_embeddings drop column span_start, drop column span_end, drop column chunk_count.

-- `span_start` and `span_end`: which bytes of the content (UTF-8) the vector stands for, 0 and 0 for
-- all of it. `chunk_count`: how many vectors there are of the same entry, model and content hash, so
-- that a set that is not whole is known as such.
alter table knowledge_embeddings
  add column span_start integer not null default 0,
  add column span_end integer not null default 0,
  add column chunk_count integer not null default 1,
  add check (span_start between 0 and span_end),
  add check (chunk < chunk_count and chunk_count <= 4096);
