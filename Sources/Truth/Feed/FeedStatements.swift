import Postgres

/// The feed's SQL. `$1` and `$2` are always the position's xmax and its running transactions.
enum FeedStatements {
  /// What the position has not seen. The last line leaves out notes that a restored dump brought
  /// along, whose ids belong to another history: a note that is visible here while its transaction
  /// is not cannot be of this one.
  static let unseen = """
    (c.xid >= $1 or c.xid = any($2))
      and pg_visible_in_snapshot(c.xid, (select pg_current_snapshot()))
    """

  /// Whether there is anything to do; cheap enough for every 20 ms.
  static let probe = "select exists (select from knowledge_changes c where \(unseen))"

  /// Scopes that have to be read again as a whole.
  static let scopes = """
    select distinct c.business_id, c.collection from knowledge_changes c
    where c.entry_id is null and \(unseen)
    """

  /// Bytes up to which a row comes along with its batch. Larger ones come without their long
  /// columns and are read one by one, or few at a time: else a thousand may be gigabytes.
  static let inlineByteCount = 16 << 10

  /// A row's size and its columns, the long ones empty where it is larger than
  /// ``inlineByteCount``.
  private static let sized =
    "s.byte_count, " + EntryRow.columns(upTo: inlineByteCount, size: "s.byte_count")

  /// The bytes of a row's long columns as they are read, once for each row: what is stored may be a
  /// thousandth of it.
  private static let size = """
    left join lateral (select octet_length(e.title)::bigint + octet_length(e.content)
      + octet_length(e.metadata::text) + octet_length(array_to_string(e.keywords, ''))
      + octet_length(array_to_string(e.tags, '')) as byte_count offset 0) s on true
    """

  /// Businesses, ids and collections: arrays that run side by side. An id alone may stand in
  /// several tables.
  private static let wanted = """
    unnest($1::uuid[], $2::uuid[], $3::text[]) as wanted (business_id, entry_id, collection)
    """

  /// Rows of three arrays of keys, whole.
  static let rows = """
    select \(EntryRow.columns) from \(wanted)
    join knowledge_rows() e
      on e.business_id = wanted.business_id and e.entry_id = wanted.entry_id
      and e.collection is not distinct from wanted.collection
    """

  /// Changed entries with their present rows. A note without a collection means whichever the entry
  /// is in now.
  static let changes = """
    with noted as materialized (
      select distinct c.business_id, c.collection, c.entry_id from knowledge_changes c
      where c.entry_id is not null and \(unseen)),
    keys as (
      select business_id, collection, entry_id from noted where collection is not null
      union
      select n.business_id, k.collection, n.entry_id
      from noted n join knowledge_rows() k
        on k.business_id = n.business_id and k.entry_id = n.entry_id
      where n.collection is null)
    select keys.business_id, keys.collection, keys.entry_id, \(sized)
    from keys left join knowledge_rows() e
      on e.business_id = keys.business_id and e.entry_id = keys.entry_id
      and e.collection is not distinct from keys.collection and e.deleted_at is null
    \(size)
    """

  /// All living entries of a scope in order; `$1` business or NULL, `$2` collection or NULL.
  static let scan = """
    select e.business_id, e.collection, e.entry_id, \(sized) from knowledge_rows() e \(size)
    where ($1::uuid is null or e.business_id = $1) and ($2::text is null or e.collection = $2)
      and e.deleted_at is null
    order by e.business_id, e.collection collate "C", e.entry_id
    """

  /// Vectors of a batch; three arrays of keys, and `$4` the models, or NULL for all.
  static let embeddings = """
    select k.business_id, k.entry_id, k.chunk, k.model, k.content_hash, k.vector, k.chunk_count,
      k.span_start, k.span_end, wanted.collection
    from \(wanted)
    join knowledge_embeddings k
      on k.business_id = wanted.business_id and k.entry_id = wanted.entry_id
        and k.source = \(EntryTable.source(of: "wanted.collection"))
        and ($4::text[] is null or k.model = any($4))
    order by k.business_id, k.entry_id, k.model, k.chunk
    """

  /// The planner must reach changes and rows by their indexes: the notes' table is empty one moment
  /// and holds a million rows the next, and its statistics know neither.
  static let stepSettings = """
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
    set enable_material = off; set cursor_tuple_fraction = 1.0; reset work_mem;
    """

  /// A scan reads whole tables in order: by a sort with room, not by an index at random.
  static let scanSettings = """
    set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on;
    set work_mem = '64MB';
    """

  /// Moves the node on: `$1` node, `$2` the new token, `$3` the token of the position it leaves,
  /// which stays: a step that fails after this one leaves the same position again.
  static let advance = """
    update knowledge_nodes
    set tokens = array[$2::uuid, $3::uuid] || (array_remove(tokens, $3))[1:6], last_seen = now()
    where node_id = $1 and ($3 = any(tokens) or $3 = any(kept))
    """

  /// Registers a node with a position that another one has had: `$1` node, `$2` its token. The
  /// other's row is locked, so that nothing is deleted that the new one still needs.
  static let inherit = """
    insert into knowledge_nodes (node_id, tokens, kept, registered)
    select $1, array[$2::uuid], array[$2::uuid], other.registered from (
      select registered from knowledge_nodes where $2 = any(tokens || kept) limit 1 for update
    ) other on conflict do nothing
    """

  /// Keeps a token, and those of `$3` that are known, for as long as a few later ones are not kept.
  static let pin = """
    update knowledge_nodes n set last_seen = now(), kept = array(
      select token from unnest(array[$2::uuid] || $3::uuid[] || n.kept)
        with ordinality as wanted (token, place)
      where token = any(n.tokens || n.kept)
      group by token order by min(place) limit 8)
    where node_id = $1 and ($2 = any(tokens) or $2 = any(kept))
    """

  /// Deletes notes that every registered position has seen; `$1` rows at most.
  static let prune = """
    delete from knowledge_changes where ctid = any(array(
      select c.ctid from knowledge_changes c
      where c.xid < (select min(pg_snapshot_xmax(registered)::text::xid8) from knowledge_nodes)
        and not exists (
          select from knowledge_nodes n where not pg_visible_in_snapshot(c.xid, n.registered))
      limit $1::bigint for update skip locked))
    """
}
