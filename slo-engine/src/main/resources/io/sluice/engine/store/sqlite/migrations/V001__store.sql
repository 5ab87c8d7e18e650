CREATE TABLE meta (
  name VARCHAR NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- How far things have come: the log offset that is applied, the last notification, the last decision.
CREATE TABLE progress (
  name VARCHAR NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);

CREATE TABLE series (
  id BIGINT NOT NULL PRIMARY KEY,
  measure VARCHAR NOT NULL,
  group_name VARCHAR NOT NULL,
  UNIQUE (measure, group_name)
);

-- The hour comes first: blocks are loaded and expired by time, and new ones go to the end.
CREATE TABLE block (
  hour BIGINT NOT NULL,
  series BIGINT NOT NULL,
  counts BLOB NOT NULL,
  sketches BLOB,
  PRIMARY KEY (hour, series)
);

CREATE TABLE counter (
  stream VARCHAR NOT NULL PRIMARY KEY,
  state BLOB NOT NULL,
  seen_at_epoch_second BIGINT NOT NULL
);

CREATE INDEX counter_seen ON counter (seen_at_epoch_second);

CREATE TABLE alert (
  alert_key VARCHAR NOT NULL PRIMARY KEY,
  json TEXT NOT NULL
);

CREATE TABLE notification (
  id BIGINT NOT NULL PRIMARY KEY,
  target TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body TEXT NOT NULL,
  attempts INT NOT NULL,
  next_attempt_at_millis BIGINT NOT NULL
);

CREATE INDEX notification_due ON notification (next_attempt_at_millis);

CREATE TABLE run (
  cutover VARCHAR NOT NULL,
  run INT NOT NULL,
  revision TEXT NOT NULL,
  principal TEXT NOT NULL,
  started_at_millis BIGINT NOT NULL,
  ended_at_millis BIGINT NOT NULL,
  definition_digest TEXT NOT NULL,
  PRIMARY KEY (cutover, run)
);

CREATE TABLE step (
  cutover VARCHAR NOT NULL,
  run INT NOT NULL,
  step INT NOT NULL,
  share DOUBLE NOT NULL,
  started_at_millis BIGINT NOT NULL,
  PRIMARY KEY (cutover, run, step)
);

CREATE TABLE stratum (
  cutover VARCHAR NOT NULL,
  run INT NOT NULL,
  start_epoch_second BIGINT NOT NULL,
  metric VARCHAR NOT NULL,
  group_name VARCHAR NOT NULL,
  step INT NOT NULL,
  baseline_bad BIGINT NOT NULL,
  baseline_total BIGINT NOT NULL,
  candidate_bad BIGINT NOT NULL,
  candidate_total BIGINT NOT NULL,
  PRIMARY KEY (cutover, run, start_epoch_second, metric, group_name)
);

CREATE TABLE decision (
  number BIGINT NOT NULL PRIMARY KEY,
  cutover VARCHAR NOT NULL,
  run INT NOT NULL,
  step INT NOT NULL,
  at_millis BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  evidence TEXT NOT NULL,
  sha256 TEXT NOT NULL
);

CREATE INDEX decision_of_cutover ON decision (cutover, number);

CREATE TABLE deployment (
  service VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  deployed_at_millis BIGINT NOT NULL,
  committed_at_millis BIGINT NOT NULL,
  PRIMARY KEY (service, version, deployed_at_millis)
);

CREATE INDEX deployment_time ON deployment (deployed_at_millis);
