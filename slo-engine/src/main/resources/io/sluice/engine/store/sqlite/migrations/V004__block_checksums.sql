-- Over the series' name, the hour and both blobs, since SQLite would not notice one that is damaged.
-- Never 0, and null where an earlier version wrote the block.
ALTER TABLE block ADD COLUMN checksum INT;
