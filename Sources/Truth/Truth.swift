// The schema, the private cluster and the change feed.
