"""Read: from the files of a partition to accepted rows, quarantined rows and an account.

    landing/<source>/<term>/*  ──formats──▶ chunks of text ──conform──▶ typed rows ──versions──▶ raw
                                        └─ rejects ──────────┴─ reasons ──────────▶ quarantine

`formats` turns a file into chunks of cells (`delimited` and `excel` hold a table, `layouts` and
`surveys` say which of its first records are the header, and what names they make), `contracts` says
what the cells mean, `conform` makes a chunk's rows typed or gives each its reason, `versions` keeps
the newest of each record, and `partition` wires them to the disk, the account last.
"""
