-- Parity: whoever follows compares its files with the truth, and notes what differs for the feed to
-- bring again, as if it had changed. A note says no more than "look again".
--
-- Way back: revoke insert on knowledge_changes from knowledge_feed.

grant insert (business_id, collection, entry_id) on knowledge_changes to knowledge_feed;
