-- The highest number of an invoice that was deleted, so that it is not given to the next one: SQLite itself gives the
-- highest number that is there, plus one. A trigger, since people delete with other tools, too.
CREATE TABLE IF NOT EXISTS liteset_Highest (
  Name TEXT NOT NULL PRIMARY KEY,
  Number INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO liteset_Highest VALUES ('Invoice', 0) ON CONFLICT DO NOTHING;
CREATE TRIGGER IF NOT EXISTS liteset_InvoiceDeleted AFTER DELETE ON Invoice BEGIN
  UPDATE liteset_Highest SET Number = max(Number, OLD.InvoiceId) WHERE Name = 'Invoice';
END;
