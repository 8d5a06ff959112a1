"""Language models behind one protocol: who speaks to a server, who plays back a record."""
