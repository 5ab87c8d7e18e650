-- A block's place says how coarsely its hour is kept, which hour it is, and the series (BlockPlace). Blocks that
-- are alike in this lie together: one that becomes coarser, and so a hundredth as long, leaves for another place
-- instead of keeping a page to itself. One number is the table's only key, so there is no index beside it.
CREATE TABLE placed_block (
  place INTEGER PRIMARY KEY,
  counts BLOB NOT NULL,
  sketches BLOB,
  checksum INT
);

-- [jooq ignore start]
-- The numbers are those of StoredBlock.coarseness(), of the forms that there were until now.
INSERT INTO placed_block (place, counts, sketches, checksum)
SELECT
  (CASE
    WHEN hex(substr(sketches, 1, 1)) IN ('00', '02', '04') THEN 0
    WHEN hex(substr(counts, 1, 1)) IN ('04', '05', '06') THEN 4
    WHEN hex(substr(counts, 1, 1)) IN ('0C', '0D', '0E') THEN 3
    WHEN hex(substr(counts, 1, 1)) IN ('3C', '3D', '3E') THEN 2
    ELSE 1
  END << 53) | (hour / 3600 << 32) | series AS new_place,
  counts,
  sketches,
  checksum
FROM block
ORDER BY new_place;
-- [jooq ignore stop]

DROP TABLE block;
