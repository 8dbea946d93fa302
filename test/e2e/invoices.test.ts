import { importInto } from './assertions/import.ts';
import { sampleDatabase } from './assertions/sample-database.ts';
import { primary, sql } from './cluster/pods.ts';
import { invoices } from './cluster/release.ts';
import { timeout } from './cluster/timeouts.ts';
import { crashStory } from './invoices/crash.ts';
import { gatewayStory } from './invoices/gateway.ts';
import { helmStories } from './invoices/helm.ts';
import { importStories } from './invoices/import.ts';
import { pageStories } from './invoices/pages.ts';
import { requestStories } from './invoices/requests.ts';
import { securityStories } from './invoices/security.ts';

/** A run that was killed during an import has left its small file here: the pages need more than that. */
beforeAll(async () => {
  const leader = await primary(invoices);
  const tracks = Number(await sql(invoices, leader, 'SELECT count(*) FROM Track'));
  if (tracks < 2) await importInto(invoices, leader, sampleDatabase());
}, timeout('IMPORT'));

/** All that happens to the release of hack/up.sh, one story after the other: files run side by side, and share no release. */
helmStories();
securityStories();
requestStories();
pageStories();
gatewayStory();
importStories();
crashStory();
