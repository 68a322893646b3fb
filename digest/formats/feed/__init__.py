"""Any feed: RSS, RDF, Atom and JSON Feed."""
