-- The orders in which invoices are listed. An index ends with the row id, which is the invoice's number: the second key.
CREATE INDEX IF NOT EXISTS liteset_InvoiceDate ON Invoice (InvoiceDate);
CREATE INDEX IF NOT EXISTS liteset_InvoiceTotal ON Invoice (Total);
