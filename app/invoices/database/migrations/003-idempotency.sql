-- What was answered to a request with an Idempotency-Key, written in the same transaction as the invoice.
CREATE TABLE IF NOT EXISTS liteset_Idempotency (
  Key TEXT NOT NULL PRIMARY KEY,
  RequestHash TEXT NOT NULL,
  Answer TEXT NOT NULL,
  CreatedAt INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS liteset_IdempotencyCreatedAt ON liteset_Idempotency (CreatedAt);
