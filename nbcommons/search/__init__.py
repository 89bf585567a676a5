"""Full-text search: the Tantivy index, the query language, completion."""
