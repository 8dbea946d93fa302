-- Chinook's tables, names and types as Chinook has them, so that a Chinook file can be imported as it is.
CREATE TABLE IF NOT EXISTS Artist (
  ArtistId INTEGER NOT NULL PRIMARY KEY,
  Name NVARCHAR(120)
);
CREATE TABLE IF NOT EXISTS Album (
  AlbumId INTEGER NOT NULL PRIMARY KEY,
  Title NVARCHAR(160) NOT NULL,
  ArtistId INTEGER NOT NULL REFERENCES Artist (ArtistId)
);
CREATE TABLE IF NOT EXISTS Genre (
  GenreId INTEGER NOT NULL PRIMARY KEY,
  Name NVARCHAR(120)
);
CREATE TABLE IF NOT EXISTS MediaType (
  MediaTypeId INTEGER NOT NULL PRIMARY KEY,
  Name NVARCHAR(120)
);
CREATE TABLE IF NOT EXISTS Track (
  TrackId INTEGER NOT NULL PRIMARY KEY,
  Name NVARCHAR(200) NOT NULL,
  AlbumId INTEGER REFERENCES Album (AlbumId),
  MediaTypeId INTEGER NOT NULL REFERENCES MediaType (MediaTypeId),
  GenreId INTEGER REFERENCES Genre (GenreId),
  Composer NVARCHAR(220),
  Milliseconds INTEGER NOT NULL,
  Bytes INTEGER,
  UnitPrice NUMERIC(10,2) NOT NULL
);
CREATE TABLE IF NOT EXISTS Employee (
  EmployeeId INTEGER NOT NULL PRIMARY KEY,
  LastName NVARCHAR(20) NOT NULL,
  FirstName NVARCHAR(20) NOT NULL,
  Title NVARCHAR(30),
  ReportsTo INTEGER REFERENCES Employee (EmployeeId),
  BirthDate DATETIME,
  HireDate DATETIME,
  Address NVARCHAR(70),
  City NVARCHAR(40),
  State NVARCHAR(40),
  Country NVARCHAR(40),
  PostalCode NVARCHAR(10),
  Phone NVARCHAR(24),
  Fax NVARCHAR(24),
  Email NVARCHAR(60)
);
CREATE TABLE IF NOT EXISTS Customer (
  CustomerId INTEGER NOT NULL PRIMARY KEY,
  FirstName NVARCHAR(40) NOT NULL,
  LastName NVARCHAR(20) NOT NULL,
  Company NVARCHAR(80),
  Address NVARCHAR(70),
  City NVARCHAR(40),
  State NVARCHAR(40),
  Country NVARCHAR(40),
  PostalCode NVARCHAR(10),
  Phone NVARCHAR(24),
  Fax NVARCHAR(24),
  Email NVARCHAR(60) NOT NULL,
  SupportRepId INTEGER REFERENCES Employee (EmployeeId)
);
CREATE TABLE IF NOT EXISTS Invoice (
  InvoiceId INTEGER NOT NULL PRIMARY KEY,
  CustomerId INTEGER NOT NULL REFERENCES Customer (CustomerId),
  InvoiceDate DATETIME NOT NULL,
  BillingAddress NVARCHAR(70),
  BillingCity NVARCHAR(40),
  BillingState NVARCHAR(40),
  BillingCountry NVARCHAR(40),
  BillingPostalCode NVARCHAR(10),
  Total NUMERIC(10,2) NOT NULL
);
CREATE TABLE IF NOT EXISTS InvoiceLine (
  InvoiceLineId INTEGER NOT NULL PRIMARY KEY,
  InvoiceId INTEGER NOT NULL REFERENCES Invoice (InvoiceId),
  TrackId INTEGER NOT NULL REFERENCES Track (TrackId),
  UnitPrice NUMERIC(10,2) NOT NULL,
  Quantity INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS IFK_AlbumArtistId ON Album (ArtistId);
CREATE INDEX IF NOT EXISTS IFK_CustomerSupportRepId ON Customer (SupportRepId);
CREATE INDEX IF NOT EXISTS IFK_EmployeeReportsTo ON Employee (ReportsTo);
CREATE INDEX IF NOT EXISTS IFK_InvoiceCustomerId ON Invoice (CustomerId);
CREATE INDEX IF NOT EXISTS IFK_InvoiceLineInvoiceId ON InvoiceLine (InvoiceId);
CREATE INDEX IF NOT EXISTS IFK_InvoiceLineTrackId ON InvoiceLine (TrackId);
CREATE INDEX IF NOT EXISTS IFK_TrackAlbumId ON Track (AlbumId);
CREATE INDEX IF NOT EXISTS IFK_TrackGenreId ON Track (GenreId);
CREATE INDEX IF NOT EXISTS IFK_TrackMediaTypeId ON Track (MediaTypeId);
