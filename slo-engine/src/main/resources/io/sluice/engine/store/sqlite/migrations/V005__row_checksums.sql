-- Over all other columns of the row, since SQLite would not notice a text or a number that is damaged.
-- Null where an earlier version wrote the row. A series' name is part of its blocks' checksums.
ALTER TABLE meta ADD COLUMN checksum INT;
ALTER TABLE progress ADD COLUMN checksum INT;
ALTER TABLE counter ADD COLUMN checksum INT;
ALTER TABLE alert ADD COLUMN checksum INT;
ALTER TABLE incident ADD COLUMN checksum INT;
ALTER TABLE notification ADD COLUMN checksum INT;
ALTER TABLE run ADD COLUMN checksum INT;
ALTER TABLE step ADD COLUMN checksum INT;
ALTER TABLE stratum ADD COLUMN checksum INT;
ALTER TABLE decision ADD COLUMN checksum INT;
ALTER TABLE deployment ADD COLUMN checksum INT;
