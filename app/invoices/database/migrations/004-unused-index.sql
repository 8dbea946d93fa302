-- Chinook's index of the lines by their track: no statement of the service looks for them that way (it never deletes a track, either), and each
-- line of a group of new invoices changed another page of it: nearly half of what their transaction writes.
DROP INDEX IF EXISTS IFK_InvoiceLineTrackId;
