import { crashStory } from './invoices/crash.ts';
import { gatewayStory } from './invoices/gateway.ts';
import { helmStories } from './invoices/helm.ts';
import { importStories } from './invoices/import.ts';
import { pageStories } from './invoices/pages.ts';
import { requestStories } from './invoices/requests.ts';
import { securityStories } from './invoices/security.ts';

/** All that happens to the release of hack/up.sh, one story after the other: files run side by side, and share no release. */
helmStories();
securityStories();
requestStories();
pageStories();
gatewayStory();
importStories();
crashStory();
