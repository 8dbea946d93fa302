/** The columns of Chinook's tables that the service uses, or has an index on. The first is the key. */
export const TABLES = {
  Artist: ['ArtistId', 'Name NVARCHAR(120)'],
  Album: ['AlbumId', 'Title NVARCHAR(160)', 'ArtistId INTEGER REFERENCES Artist'],
  Track: [
    'TrackId',
    'Name NVARCHAR(200) NOT NULL',
    'AlbumId INTEGER REFERENCES Album',
    'UnitPrice NUMERIC(10,2)',
    'GenreId',
    'MediaTypeId',
  ],
  Customer: [
    ...[
      'CustomerId',
      'FirstName NVARCHAR(40)',
      'LastName NVARCHAR(20)',
      'Company NVARCHAR(80)',
      'Address NVARCHAR(70)',
    ],
    ...[
      'City NVARCHAR(40)',
      'State NVARCHAR(40)',
      'Country NVARCHAR(40)',
      'PostalCode NVARCHAR(10)',
      'Email NVARCHAR(60)',
      'SupportRepId',
    ],
  ],
  Invoice: [
    ...['InvoiceId', 'CustomerId INTEGER REFERENCES Customer', 'InvoiceDate DATETIME NOT NULL', 'BillingAddress TEXT'],
    ...[
      'BillingCity TEXT',
      'BillingState TEXT',
      'BillingCountry TEXT',
      'BillingPostalCode TEXT',
      'Total NUMERIC(10,2)',
    ],
  ],
  InvoiceLine: [
    ...['InvoiceLineId', 'InvoiceId INTEGER REFERENCES Invoice', 'TrackId INTEGER REFERENCES Track'],
    ...['UnitPrice NUMERIC(10,2)', 'Quantity INTEGER'],
  ],
};

const ROWS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)`;
/** Ordinary rows, five of each table. */
export const FILL = [
  `INSERT OR IGNORE INTO Artist (ArtistId, Name) ${ROWS} SELECT i, 'Artist ' || i FROM n`,
  `INSERT OR IGNORE INTO Album (AlbumId, Title, ArtistId) ${ROWS} SELECT i, 'Album ' || i, i FROM n`,
  `INSERT OR IGNORE INTO Track (TrackId, Name, AlbumId, UnitPrice) ${ROWS} SELECT i, 'Track ' || i, i, 0.99 FROM n`,
  `INSERT OR IGNORE INTO Customer (CustomerId, FirstName, LastName, Email) ${ROWS} SELECT i, 'Ada', 'No. ' || i, 'a@b.c' FROM n`,
  `INSERT OR IGNORE INTO Invoice (InvoiceId, CustomerId, InvoiceDate, Total) ${ROWS} SELECT i, i, '2020-01-0' || i || ' 00:00:00', 1.98 FROM n`,
  `INSERT OR IGNORE INTO InvoiceLine (InvoiceLineId, InvoiceId, TrackId, UnitPrice, Quantity) ${ROWS} SELECT i, i, i, 0.99, 2 FROM n`,
];
