// Run by `helm test`: writes an invoice through a replica and reads it on every pod. PODS: their base URLs.
const pods = (process.env.PODS ?? '').split(' ').filter(Boolean);
const patience = Number(process.env.TIMEOUT_MS ?? 60_000);
const deadline = Date.now() + patience;

class Failure extends Error {}

/** Asks a pod and expects one of the statuses. Says who was asked what, and what came back, if it was another. */
async function ask(pod, method, path, { expect, headers, body } = {}) {
  const response = await fetch(new URL(path, pod), {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  }).catch((error) => {
    throw new Failure(`${method} ${pod}${path}: ${error.cause?.message ?? error.message}`);
  });
  const text = await response.text();
  if (!expect.includes(response.status))
    throw new Failure(`${method} ${pod}${path}: ${response.status} instead of ${expect.join(' or ')}: ${text.slice(0, 500)}`);
  return { headers: response.headers, json: text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined };
}

/** Tries until it works or the time is up. */
async function eventually(attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function main() {
  if (pods.length === 0) throw new Failure('PODS is empty');
  const roles = await Promise.all(
    pods.map((pod) => eventually(async () => (await ask(pod, 'GET', '/readyz', { expect: [200] })).headers.get('liteset-role'))),
  );
  pods.forEach((pod, index) => {
    console.log(`${pod} is ${roles[index]}`);
  });
  const primaries = roles.filter((role) => role === 'primary').length;
  if (primaries !== 1) throw new Failure(`there are ${primaries} primaries`);
  const replica = pods[roles.indexOf('replica')];
  const writer = replica ?? pods[0];

  // A customer and a track that exist are those of an invoice that exists.
  const { json: page } = await ask(writer, 'GET', '/api/invoices?limit=1', { expect: [200] });
  const sample = firstInvoice(page);
  const { json: whole } = await ask(writer, 'GET', `/api/invoices/${idOf(sample)}`, { expect: [200] });
  const order = { customerId: pick(whole, 'customerId'), lines: [{ trackId: pick(lines(whole)[0], 'trackId'), quantity: 1 }] };

  const created = await ask(writer, 'POST', '/api/invoices', { expect: [201], body: order });
  const id = idOf(created.json);
  const token = created.headers.get('liteset-token');
  console.log(`invoice ${id} written through ${writer} (${replica ? 'a replica' : 'the only pod'}), by ${created.headers.get('liteset-pod')}, token ${token}`);
  if (!token) throw new Failure('the answer to the write has no Liteset-Token');
  try {
    for (const pod of pods) {
      const { headers, json } = await ask(pod, 'GET', `/api/invoices/${id}`, { expect: [200], headers: { 'liteset-token': token } });
      if (idOf(json) !== id) throw new Failure(`${pod} answers with invoice ${idOf(json)} instead of ${id}`);
      console.log(`invoice ${id} read from ${pod}, answered by ${headers.get('liteset-pod')}`);
    }
    // Without the token every pod answers from its own copy.
    for (const pod of pods) await eventually(() => ask(pod, 'GET', `/api/invoices/${id}`, { expect: [200] }));
    console.log(`invoice ${id} is in the copies of all ${pods.length} pods`);
  } finally {
    await ask(writer, 'DELETE', `/api/invoices/${id}`, { expect: [200, 204] });
    console.log(`invoice ${id} deleted`);
  }
  for (const pod of pods) await eventually(() => ask(pod, 'GET', `/api/invoices/${id}`, { expect: [404] }));
  console.log(`invoice ${id} is gone from all ${pods.length} pods`);
}

const idOf = (invoice) => pick(invoice, 'id', 'invoiceId', 'InvoiceId');
const lines = (invoice) => pick(invoice, 'lines');
function firstInvoice(page) {
  const [invoice] = pick(page, 'items', 'invoices', 'data');
  if (!invoice) throw new Failure('there is no invoice to take a customer and a track from');
  return invoice;
}
function pick(object, ...names) {
  const value = names.map((name) => object?.[name]).find((candidate) => candidate !== undefined);
  if (value === undefined) throw new Failure(`no ${names.join(' or ')} in ${JSON.stringify(object)?.slice(0, 300)}`);
  return value;
}

main().catch((error) => {
  console.error(error instanceof Failure ? `FAILED: ${error.message}` : error);
  process.exitCode = 1;
});
