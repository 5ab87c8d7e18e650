CREATE TABLE incident (
  id VARCHAR NOT NULL PRIMARY KEY,
  began_at_millis BIGINT NOT NULL,
  json TEXT NOT NULL
);

CREATE INDEX incident_time ON incident (began_at_millis);
