-- Both sides' values of a stratum, packed sketches, where a quantile is compared.
ALTER TABLE stratum ADD COLUMN baseline_values BLOB;
ALTER TABLE stratum ADD COLUMN candidate_values BLOB;
