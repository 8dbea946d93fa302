// Run by `helm test`: writes an invoice through a replica, reads it on every pod, and deletes it again.
// PODS: base URLs of all pods. TIMEOUT_MS: how long to wait for the pods to be ready, and for replication.
const urls = (process.env.PODS ?? '').split(' ').filter(Boolean);
const timeout = Number(process.env.TIMEOUT_MS ?? 60_000);

/** What the test found wrong, as opposed to a mistake of its own. */
class Failure extends Error {}

/** Asks a pod and expects one status. The error says who was asked what, and what came back. */
async function ask(url, method, path, expected, { token, body } = {}) {
  const what = `${method} ${url}${path}`;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(token && { 'liteset-token': token }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  }).catch((error) => {
    throw new Failure(`${what}: ${error.cause?.message ?? error.message}`);
  });
  const text = await response.text();
  if (response.status !== expected)
    throw new Failure(`${what}: ${response.status} instead of ${expected}: ${text.slice(0, 500)}`);
  const header = (name) => response.headers.get(`liteset-${name}`);
  return { pod: header('pod'), role: header('role'), token: header('token'), json: text ? JSON.parse(text) : undefined };
}

/** Tries until it works or the time is up, and then fails with the last reason. */
async function eventually(attempt) {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function first(url, path) {
  const { json } = await ask(url, 'GET', `${path}?limit=1`, 200);
  if (!json.items[0]) throw new Failure(`GET ${url}${path}: the list is empty, and an invoice needs one`);
  return json.items[0];
}

/** Without a token, each pod answers from its own copy. */
const onEveryPod = (pods, path, status) =>
  Promise.all(
    pods.map(({ url, pod }) =>
      eventually(async () => {
        const answer = await ask(url, 'GET', path, status);
        if (answer.pod !== pod) throw new Failure(`GET ${url}${path}: answered by ${answer.pod}, not by ${pod}`);
      }),
    ),
  );

async function main() {
  if (urls.length === 0) throw new Failure('PODS is empty');
  const pods = await Promise.all(
    urls.map((url) => eventually(async () => ({ url, ...(await ask(url, 'GET', '/api/invoices?limit=1', 200)) }))),
  );
  for (const { url, pod, role } of pods) console.log(`${pod} at ${url} answers, a ${role}`);
  const primaries = pods.filter(({ role }) => role === 'primary');
  if (primaries.length !== 1) throw new Failure(`${primaries.length} of ${pods.length} pods are primary, not 1`);

  const writer = pods.find(({ role }) => role === 'replica') ?? pods[0];
  const { customerId } = await first(writer.url, '/api/customers');
  const { trackId } = await first(writer.url, '/api/tracks');
  const body = { customerId, lines: [{ trackId, quantity: 1 }] };
  const created = await ask(writer.url, 'POST', '/api/invoices', 201, { body });
  const { invoiceId } = created.json;
  const path = `/api/invoices/${invoiceId}`;
  try {
    console.log(`invoice ${invoiceId} sent to ${writer.pod}, a ${writer.role}, and written by ${created.pod}`);
    if (created.pod !== primaries[0].pod) throw new Failure(`${created.pod} wrote, but ${primaries[0].pod} is primary`);
    if (!created.token) throw new Failure('the answer to the write carries no Liteset-Token');
    for (const { url, pod } of pods) {
      const { pod: answerer, json } = await ask(url, 'GET', path, 200, { token: created.token });
      if (json.invoiceId !== invoiceId) throw new Failure(`GET ${url}${path}: invoice ${json.invoiceId}`);
      console.log(`invoice ${invoiceId} read from ${pod} at once, with the token; answered by ${answerer}`);
    }
    await onEveryPod(pods, path, 200);
    console.log(`invoice ${invoiceId} is in the copy of each of the ${pods.length} pods`);
  } finally {
    await ask(writer.url, 'DELETE', path, 204);
  }
  await onEveryPod(pods, path, 404);
  console.log(`invoice ${invoiceId} deleted, and gone from each of the ${pods.length} pods`);
}

main().catch((error) => {
  console.error(error instanceof Failure ? `FAILED: ${error.message}` : error);
  process.exitCode = 1;
});
